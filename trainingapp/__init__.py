"""trainingapp: training management for a regional customs capacity-building office."""
