import LakeCore

/// What `catalog/workspace.json` says.
package struct WorkspaceMarker: Sendable, Hashable {
  /// The version of the layout that this program makes, and the newest that it reads.
  package static let formatNow = 1
  static let byteCountMax = 64 << 10

  /// A UUID, so that a workspace is known wherever it is moved or copied.
  package var id: String
  package var name: String
  package var format: Int

  package init(id: String, name: String, format: Int = WorkspaceMarker.formatNow) {
    self.id = id
    self.name = name
    self.format = format
  }

  /// A marker with a new id.
  package init(named name: String) {
    self.init(id: WorkspaceMarker.randomUUID(), name: name)
  }

  init(_ bytes: [UInt8], path: String) throws(LakeError) {
    guard let members = FlatJSON.members(of: String(decoding: bytes, as: UTF8.self)),
      let format = members["format"].flatMap({ Int($0) }), let id = members["id"], !id.isEmpty
    else {
      throw LakeError(
        .corruptData, "the marker of the workspace cannot be read", at: .file(path),
        hint: #"It should say {"id": "…", "name": "…", "format": 1}."#)
    }
    guard format <= WorkspaceMarker.formatNow else {
      throw LakeError(
        .unsupported,
        "the workspace has format \(format), and this program knows formats up to "
          + "\(WorkspaceMarker.formatNow)",
        at: .file(path), hint: "Use the newer program.")
    }
    self.init(id: id, name: members["name"] ?? "", format: format)
  }

  var text: String {
    """
    {
      "id": \(FlatJSON.quoted(id)),
      "name": \(FlatJSON.quoted(name)),
      "format": \(format)
    }

    """
  }

  /// A random UUID (version 4) in lower case.
  package static func randomUUID() -> String {
    var value = UInt128(UInt64.random(in: .min ... .max)) << 64
    value |= UInt128(UInt64.random(in: .min ... .max))
    value = value & ~(0xF << 76) | 0x4 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: UUIDText.byteCount) { text in
      guard let base = text.baseAddress else { return "" }
      _ = UUIDText.write(Int128(truncatingIfNeeded: value), to: base)
      return String(decoding: text, as: UTF8.self)
    }
  }
}
