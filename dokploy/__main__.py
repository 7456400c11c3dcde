"""The provider plugin. Started by Pulumi's engine with its own address as the last argument."""

import sys

# Started as a folder, this file's folder comes first on the path, where `resource.py` hides Python's own module.
sys.path.pop(0)

from dokploy.lookups import LOOKUPS
from dokploy.plugin.server import serve
from dokploy.resources import RESOURCES

serve(RESOURCES, LOOKUPS, sys.argv[1:])
