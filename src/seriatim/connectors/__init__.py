"""One module for each outside thing: cameras now; printers, buses and files follow."""
