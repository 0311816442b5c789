"""The shop software that shoppers can be played against, a file each."""
