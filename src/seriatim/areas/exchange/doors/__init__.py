"""The handlers behind the paths of EPCIS, one file for each part of the interface."""
