"""The simulator's line integrals held against gVirtualXray, a renderer of surface meshes by others."""
