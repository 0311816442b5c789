"""The commands of simulation, a file each: options in, one call, the answer out."""
