# SPDX-License-Identifier: AGPL-3.0-or-later
# Benchmarks are built by `make bench` only.
