"""Map tiles: tile sets on a scene's own grid, on WebMercatorQuad and on another scene's grid."""
