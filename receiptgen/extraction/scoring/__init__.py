"""Fields that were read, compared with what the paper says."""
