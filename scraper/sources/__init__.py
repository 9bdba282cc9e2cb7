"""One plain module for each kind of source; `available()` finds them, there is no registry."""
