"""Reading formats: HTML, JSON-LD, microdata, feeds, and fields with their errors. Pure."""
