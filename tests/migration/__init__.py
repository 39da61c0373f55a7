"""Ways from release to release: from 0.2.0, and to the next one."""
