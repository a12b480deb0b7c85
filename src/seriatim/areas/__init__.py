"""What people do with units: one room for each trade, and no room knows another.

Where a deed walks through several rooms, it is a journey.
"""
