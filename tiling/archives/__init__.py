"""Archives of ready map tiles that an office holds: MBTiles, PMTiles, and folders of z/x/y images."""
