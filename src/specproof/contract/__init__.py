"""The document: loaded, completed by overlays, judged, and read into operations and promises."""
