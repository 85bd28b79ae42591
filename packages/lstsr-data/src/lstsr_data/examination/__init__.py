"""What `lstsr doctor` says of formats, catalogues and accounts."""
