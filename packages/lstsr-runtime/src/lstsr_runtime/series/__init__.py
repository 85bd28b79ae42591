"""Series of sharpened scenes: one Zarr, a climatology, anomalies, gaps."""
