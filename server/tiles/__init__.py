"""Map tiles: stretch by query, rendering, caches, media types and WMTS documents."""
