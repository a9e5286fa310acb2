"""Web process: a Flask app over one project, with JSON API, map tiles and the web client. Never imports torch.

Rooms, each of which imports only those before it (a rule in `tools/structure.py`):

1. `schemas`: the JSON of requests and replies as pydantic models.
2. `representations`: scenes and features as JSON, GeoJSON and packed columns.
3. `http`: requests, replies, problem documents, security headers, OpenAPI.
4. `tiles`: stretch by query, rendering and caches of map tiles, WMTS documents.
5. `outlines`: click-to-outline.
6. `state`: the open resources of the process.
7. `api`, `pages`: routes.
8. `app`: the application of one project.
9. `serve`: the process around it.
"""
