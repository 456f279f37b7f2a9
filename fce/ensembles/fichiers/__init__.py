"""Files on demand: asked for on a page, written aside by a job, downloaded later."""
