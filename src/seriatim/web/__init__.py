"""Doors for people and machines over HTTP: console, line, consumer pages, the API and the resolver."""
