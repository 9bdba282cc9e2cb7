"""Talking to sites: the only room that opens a connection."""
