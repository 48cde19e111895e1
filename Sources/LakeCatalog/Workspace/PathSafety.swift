import LakeCore

/// Paths that come from names, definitions and logs, which others may have written: nothing they
/// say leads out of the directory that they are about.
package enum PathSafety {
  /// The components of a relative path. Refused are `..` and `.`, also where they are written with
  /// percent signs, zero bytes, backslashes, absolute paths and schemes.
  package static func components(of path: String) throws(LakeError) -> [String] {
    if path.hasPrefix("/") {
      throw refusal(path, "it is absolute", hint: "Name a path inside of the workspace.")
    }
    if hasScheme(path) {
      throw refusal(path, "it names a scheme", hint: "Name a path inside of the workspace.")
    }
    var parts: [String] = []
    for part in path.split(separator: "/") {
      try check(component: String(part), of: path)
      parts.append(String(part))
    }
    return parts
  }

  /// Checks one component of a path.
  package static func check(component: String, of path: String) throws(LakeError) {
    // Whoever reads the path may decode it, and may do so twice.
    var text = component
    for _ in 0..<3 {
      if text == ".." || text == "." { throw refusal(path, "it holds '\(component)'") }
      if text.utf8.contains(where: { $0 == 0 }) { throw refusal(path, "it holds a zero byte") }
      if text.utf8.contains(where: { $0 == UInt8(ascii: "\\") }) {
        throw refusal(path, "it holds a backslash")
      }
      if text != component, text.utf8.contains(UInt8(ascii: "/")) {
        throw refusal(path, "it holds a slash that is written with a percent sign")
      }
      guard let decoded = percentDecoded(text), decoded != text else { return }
      text = decoded
    }
    throw refusal(path, "it is written with percent signs again and again")
  }

  /// The path of what `path` names, without links, if that is `root` or inside of it; an error
  /// else. What is not there yet is judged by the directory that it would be in.
  package static func resolve(
    _ path: String, inside root: String, in fileSystem: any FileSystem
  ) throws(LakeError) -> String {
    let root = try fileSystem.resolve(root)
    var resolved = path
    var missing: [String] = []
    while try fileSystem.status(of: resolved, followLinks: false) == nil, resolved != "/",
      resolved != "."
    {
      missing.append(Path.lastComponent(of: resolved))
      resolved = Path.directory(of: resolved)
    }
    resolved = try fileSystem.resolve(resolved)
    for name in missing.reversed() {
      try check(component: name, of: path)
      if !name.isEmpty { resolved = Path.join(resolved, name) }
    }
    guard isInside(resolved, root) else {
      throw LakeError(
        .permissionDenied, "the path leads out of \(root)", at: .file(path),
        hint: "Name a path inside, or allow the other one with --allow-path.")
    }
    return resolved
  }

  /// Whether a path is a directory or in it, by components: `/a/bc` is not in `/a/b`.
  package static func isInside(_ path: String, _ directory: String) -> Bool {
    let outer = directory.split(separator: "/")
    let inner = path.split(separator: "/")
    return inner.count >= outer.count && inner.prefix(outer.count).elementsEqual(outer)
  }

  /// Whether a text begins like `file:` or `s3:`.
  package static func hasScheme(_ text: String) -> Bool {
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return false }
    let scheme = text.utf8[..<colon]
    return !scheme.isEmpty
      && scheme.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      } && text.utf8[text.utf8.index(after: colon)...].starts(with: "//".utf8)
  }

  /// The text with `%41` as `A`. Signs that begin no such pair stay; nil where the bytes that come
  /// out are not UTF-8.
  package static func percentDecoded(_ text: String) -> String? {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
    let bytes = Array(text.utf8)
    var decoded: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
        let high = digit(bytes[index + 1]), let low = digit(bytes[index + 2])
      {
        decoded.append(high << 4 | low)
        index += 3
      } else {
        decoded.append(bytes[index])
        index += 1
      }
    }
    return String(validating: decoded, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  static func refusal(_ path: String, _ reason: String, hint: String? = nil) -> LakeError {
    LakeError(
      .permissionDenied, "the path is refused: \(reason)", at: .file(path),
      hint: hint ?? "Name a plain path.")
  }
}
