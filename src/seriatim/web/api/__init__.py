"""The JSON API: one runner for the endpoint tables of all rooms, and its OpenAPI description."""
