"""Watches how codes behave once they are out: records each scan, scores it by rules, and raises alerts for people.

A valid code proves nothing, so no rule ever says "genuine": a judgement has a band (normal, watch, caution,
suspicious), the reasons in words, and at most one alert. No address of a phone is ever stored.
"""
