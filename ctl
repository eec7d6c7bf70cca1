#!/usr/bin/env bash
# The command line client: ./ctl --help
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
dll="$here/ControlPlane/bin/Release/net10.0/ControlPlane.dll"
if [ ! -e "$dll" ]; then dotnet build "$here/ControlPlane/ControlPlane.csproj" -c Release --nologo -v quiet -clp:NoSummary >&2; fi
# The key lies beside this script, wherever it is called from. Profiling the code would only slow down a process that lives for a moment.
export CONTROLPLANE_KEY_FILE="${CONTROLPLANE_KEY_FILE:-$here/.data/admin.key}" DOTNET_TieredPGO=0
exec dotnet "$dll" ctl "$@"
