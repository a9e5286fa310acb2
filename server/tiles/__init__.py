"""Map tiles over HTTP: on each scene's own grid, on the web map's, on another scene's; TileJSON and WMTS."""
