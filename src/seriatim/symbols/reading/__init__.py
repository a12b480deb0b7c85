"""How `symbols.read` finds codes: a fast stage, a ladder of variants and a guided decode, within a deadline."""
