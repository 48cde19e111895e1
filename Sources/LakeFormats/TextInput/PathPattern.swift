import LakeCore

/// A pattern of paths: `*` is any part of a name, `?` any character, `[a-z]` one of several, `**`
/// any directories. Hidden names fit only where the pattern begins with a dot itself.
package struct PathPattern {
  private let components: [String]
  private let root: String

  package static func isPattern(_ text: String) -> Bool {
    text.contains { $0 == "*" || $0 == "?" || $0 == "[" }
  }

  package init(_ text: String) {
    components = text.split(separator: "/").map(String.init)
    root = text.hasPrefix("/") ? "/" : ""
  }

  /// The files that fit, in byte order.
  package func matches(in fileSystem: any FileSystem) throws(LakeError) -> [String] {
    try matches(from: root, components[...], in: fileSystem)
  }

  private func matches(
    from directory: String, _ rest: ArraySlice<String>, in fileSystem: any FileSystem
  ) throws(LakeError) -> [String] {
    guard let component = rest.first else { return [] }
    let below = rest.dropFirst()
    if component == "**" {
      return try anyDepth(from: directory, below.isEmpty ? ["*"] : below, in: fileSystem)
    }
    guard PathPattern.isPattern(component) else {
      return try descend(join(directory, component), below, in: fileSystem)
    }
    var found: [String] = []
    for name in try fileSystem.list(directory.isEmpty ? "." : directory)
    where PathPattern.fits(name, component) {
      found += try descend(join(directory, name), below, in: fileSystem)
    }
    return found
  }

  private func anyDepth(
    from directory: String, _ rest: ArraySlice<String>, in fileSystem: any FileSystem
  ) throws(LakeError) -> [String] {
    var found = try matches(from: directory, rest, in: fileSystem)
    for name in try fileSystem.list(directory.isEmpty ? "." : directory)
    where !name.hasPrefix(".") {
      let path = join(directory, name)
      // Links are not followed, since they may lead back up.
      if try fileSystem.status(of: path, followLinks: false)?.kind == .directory {
        found += try anyDepth(from: path, rest, in: fileSystem)
      }
    }
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private func descend(
    _ path: String, _ rest: ArraySlice<String>, in fileSystem: any FileSystem
  ) throws(LakeError) -> [String] {
    let kind = try fileSystem.status(of: path, followLinks: true)?.kind
    if rest.isEmpty { return kind == .file ? [path] : [] }
    return kind == .directory ? try matches(from: path, rest, in: fileSystem) : []
  }

  private func join(_ directory: String, _ name: String) -> String {
    directory.isEmpty ? name : Path.join(directory, name)
  }

  static func fits(_ name: String, _ pattern: String) -> Bool {
    if name.hasPrefix("."), !pattern.hasPrefix(".") { return false }
    return fits(Array(name.unicodeScalars)[...], Array(pattern.unicodeScalars)[...])
  }

  /// Walks both; after a star the longest rest is tried last, and only the last star is gone back
  /// to, so that the time is bounded by the product of the lengths.
  private static func fits(
    _ name: ArraySlice<Unicode.Scalar>, _ pattern: ArraySlice<Unicode.Scalar>
  ) -> Bool {
    var (name, pattern) = (name, pattern)
    var retry: (name: ArraySlice<Unicode.Scalar>, pattern: ArraySlice<Unicode.Scalar>)?
    while true {
      if pattern.first == "*" {
        pattern = pattern.dropFirst()
        retry = (name, pattern)
        continue
      }
      if name.isEmpty, pattern.isEmpty { return true }
      if let scalar = name.first, let rest = consume(scalar, pattern) {
        name = name.dropFirst()
        pattern = rest
        continue
      }
      guard let last = retry, !last.name.isEmpty else { return false }
      name = last.name.dropFirst()
      pattern = last.pattern
      retry = (name, pattern)
    }
  }

  /// The pattern behind what stands for one character; nil where the character does not fit.
  private static func consume(
    _ scalar: Unicode.Scalar, _ pattern: ArraySlice<Unicode.Scalar>
  ) -> ArraySlice<Unicode.Scalar>? {
    guard let first = pattern.first else { return nil }
    if first == "?" { return pattern.dropFirst() }
    if first == "[", let close = pattern.dropFirst(2).firstIndex(of: "]") {
      let set = pattern[(pattern.startIndex + 1)..<close]
      return holds(set, scalar) ? pattern[(close + 1)...] : nil
    }
    return first == scalar ? pattern.dropFirst() : nil
  }

  private static func holds(_ set: ArraySlice<Unicode.Scalar>, _ scalar: Unicode.Scalar) -> Bool {
    var set = set
    let isInverted = set.first == "!" || set.first == "^"
    if isInverted { set = set.dropFirst() }
    var index = set.startIndex
    while index < set.endIndex {
      if index + 2 < set.endIndex, set[index + 1] == "-" {
        if set[index] <= scalar, scalar <= set[index + 2] { return !isInverted }
        index += 3
      } else {
        if set[index] == scalar { return !isInverted }
        index += 1
      }
    }
    return isInverted
  }
}
