"""The ten processes of a month, one file each."""
