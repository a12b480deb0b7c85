"""One code, many services: answers a scanned GS1 Digital Link with a redirect, or with the list of all its links.

The answer is computed by a pure function from the request and a snapshot of the links; the database is not asked.
Every unit of ours leads to its own verdict page, issued or not, so the redirect gives nothing away.
"""
