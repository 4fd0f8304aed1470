# Shared by the scripts of this repository (sourced, never run): messages, the cache root, Python and Debian packages.

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache_root=${LLMOPS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/swift-llmops}
models_directory=$cache_root/models

say() { printf '%s\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$1" >&2; exit "${2:-1}"; }

# May this script install Debian packages? Only as root, and only where it was asked for: LLMOPS_INSTALL=1 (CI, Scripts/test).
may_install() { [ "${LLMOPS_INSTALL:-0}" = 1 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

# need_debian REASON PACKAGE...: install the packages where that is allowed, otherwise say what is missing.
need_debian() {
    local reason=$1
    shift
    if may_install; then
        say "installing $* ($reason)"
        [ -n "${apt_is_fresh:-}" ] || apt-get update -qq >/dev/null || fail "apt-get update failed"
        apt_is_fresh=1
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null \
            || fail "apt-get could not install $*"
    else
        fail "$reason needs $*. On Debian or Ubuntu: apt-get install $*" 69
    fi
}

sha256_of() {
    if command -v sha256sum >/dev/null 2>&1; then
        sha256sum "$1" | cut -d' ' -f1
    else
        shasum -a 256 "$1" | cut -d' ' -f1
    fi
}

# Sets `python` to the interpreter of a private environment with pip, made once under the cache root. Fetched packages
# are only downloaded and unpacked with it: nothing is installed into the system or the user's own Python.
python=
need_python() {
    [ -z "$python" ] || return 0
    local environment=$cache_root/python
    if ! "$environment/bin/python" -m pip --version >/dev/null 2>&1; then
        local base
        base=$(usable_python) || {
            need_debian "fetching models with pip" python3 python3-venv python3-pip
            base=$(usable_python) || fail "python3 has no working venv module"
        }
        say "making a private Python environment in $environment"
        "$base" -m venv --clear "$environment" >&2 || fail "python3 -m venv failed"
    fi
    python=$environment/bin/python
}

usable_python() {
    local candidate
    for candidate in python3 /usr/bin/python3; do
        if "$candidate" -c 'import sys, venv, ensurepip; assert sys.version_info >= (3, 9)' >/dev/null 2>&1; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
    return 1
}

# fetch_package DIRECTORY REQUIREMENT [PIP OPTION...]: the one distribution file of a package, by name, into DIRECTORY.
# A file that is there already is checked against the index and taken; a damaged one is fetched again.
fetch_package() {
    local directory=$1 requirement=$2 progress=off
    shift 2
    need_python
    [ ! -t 2 ] || progress=on
    mkdir -p "$directory"
    "$python" -m pip download --disable-pip-version-check --no-deps --retries 5 --timeout 60 --progress-bar "$progress" \
        --dest "$directory" "$@" "$requirement" >"$directory/pip.log" \
        || { tail -n 5 "$directory/pip.log" >&2; fail "pip could not download $requirement (log: $directory/pip.log)" 69; }
}
