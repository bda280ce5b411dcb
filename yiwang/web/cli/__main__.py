"""`python -m yiwang.web.cli`: the same as `yiwang`."""

from yiwang.web.cli import main

main()
