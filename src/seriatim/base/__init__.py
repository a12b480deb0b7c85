"""Plumbing that knows nothing of the trade: database, clock, ids, outbox, files, crypto, telemetry.

Anything here would fit another trade unchanged. It imports no other room of the house.
"""
