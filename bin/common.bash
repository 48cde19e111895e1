# Shared by the scripts beside it; sourced, never run. Expects `root` to be the repository.
#
# One build serves the command and the tests: `swift build -c release`. The runtime is linked into
# `lake` by Package.swift, so that no object is compiled twice under different flags.

# Where the build puts its work, what it says, and what it was made from.
build_directory="$root/.build"
lake_binary="$build_directory/release/lake"
build_log="$build_directory/lake-build.log"
build_stamp="$build_directory/lake-build.stamp"
build_lock="$build_directory/lake-build.lock"

# Says something to the person at the terminal; standard output belongs to data.
say() { printf '%s\n' "$*" >&2; }

# Ends with a message.
fail() {
  say "$@"
  exit 1
}

# Puts the Swift toolchain on the PATH if it is in one of its usual places.
find_swift() {
  local directory
  command -v swift >/dev/null && return 0
  for directory in /opt/swift/usr/bin /usr/local/swift/usr/bin \
    "${SWIFTLY_BIN_DIR:-${HOME:-/nonexistent}/.local/share/swiftly/bin}" \
    "${HOME:-/nonexistent}/.swiftly/bin"; do
    if [[ -x $directory/swift ]]; then
      export PATH="$directory:$PATH"
      return 0
    fi
  done
  return 1
}

# Everything that decides what a build yields, as one text: path, size and time of each source and
# of each directory (a file that was removed changes its directory).
source_listing() {
  cd "$root" && find Package.swift Sources -printf '%p %s %T@\n'
}

# Whether the binary was built from the sources as they stand. Costs one `find`.
is_built() {
  [[ -x $lake_binary && -r $build_stamp ]] && [[ $(source_listing) == "$(<"$build_stamp")" ]]
}

# Whether a build can write its products here.
can_build() {
  if [[ -e $build_directory ]]; then [[ -w $build_directory ]]; else [[ -w $root ]]; fi
}

# Waits until nobody else builds. The lock goes with the process, or with `unlock_build`.
lock_build() {
  mkdir -p "$build_directory"
  exec 9>"$build_lock"
  if ! flock --nonblock 9; then
    say "waiting for another build of lake to end…"
    flock 9
  fi
}

unlock_build() { exec 9>&-; }

# Builds in release with the arguments given, quietly, and stamps the result. Expects the lock. A
# failure prints the end of the log. The listing is taken first: what changes during a build is
# built by the next one.
build_release() {
  local listing
  listing=$(source_listing)
  # The lock is not handed to the compiler: what it leaves running would keep the lock.
  if ! (cd "$root" && swift build -c release "$@" 9>&-) >"$build_log" 2>&1; then
    rm -f "$build_stamp"
    tail -n 40 "$build_log" >&2
    say "lake could not be built; the whole log is in $build_log"
    return 1
  fi
  printf '%s\n' "$listing" >"$build_stamp"
}
