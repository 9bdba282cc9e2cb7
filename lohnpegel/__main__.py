"""`python -m lohnpegel` is `lohnpegel`."""

from lohnpegel.cli import main

main()
