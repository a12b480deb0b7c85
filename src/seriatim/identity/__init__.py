"""What exists and who says so: products, parties and places, and the one number of every unit, case and pallet."""
