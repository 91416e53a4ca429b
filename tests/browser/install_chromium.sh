#!/bin/sh
# Make sure that the browser tests find a Chromium: sh tests/browser/install_chromium.sh PYTHON
# An installed one will do; else Debian's, where this user may install packages; else Playwright's.
set -eu
python=$1

found() { "$python" -m authoring.chromium >/dev/null 2>&1; }

if found; then exit 0; fi

if command -v apt-get >/dev/null; then
    if [ "$(id -u)" = 0 ]; then as_root=""; elif sudo -n true 2>/dev/null; then as_root="sudo"; else as_root=none; fi
    if [ "$as_root" != none ]; then
        echo "Installing Debian's Chromium for the browser tests ..."
        if $as_root apt-get update -qq &&
            DEBIAN_FRONTEND=noninteractive $as_root apt-get install -qq -y --no-install-recommends chromium fonts-dejavu-core >/dev/null; then
            if found; then exit 0; fi
        fi
    fi
fi

echo "Installing Playwright's Chromium for the browser tests ..."
"$python" -m playwright install chromium || true
if found; then exit 0; fi

"$python" -m authoring.chromium
