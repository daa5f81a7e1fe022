# One entry point for people and for CI. Everything that a target needs, it installs (Debian 12).
