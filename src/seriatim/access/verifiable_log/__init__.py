"""The verifiable log: a list of everything that was done, which nobody can change afterwards without being seen."""
