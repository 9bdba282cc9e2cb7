"""When what runs: the one place that joins scraper and storage."""
