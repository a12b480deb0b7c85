"""What a person reads after scanning a pack: one of ten honest answers, and the story of the product around it.

The answer follows from facts by a fixed order of precedence; safety comes first and doubt is never dressed up.
"""
