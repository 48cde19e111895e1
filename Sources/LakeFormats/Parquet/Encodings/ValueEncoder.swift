import LakeCore

/// The values of a page in any encoding but that of dictionaries.
enum ValueEncoder {
  /// Appends `count` values. The encoding fits the leaf.
  static func encode(
    _ values: LeafValues, count: Int, leaf: LeafColumn, as encoding: ParquetEncoding,
    into sink: inout ByteSink
  ) throws(LakeError) {
    switch (encoding, values) {
    case (.deltaBinaryPacked, .words(let words)):
      let signed = UnsafeRawPointer(words).assumingMemoryBound(to: Int64.self)
      if leaf.physical == .int32 {
        try DeltaEncoder.encode(signed, count: count, as: Int32.self, into: &sink)
      } else {
        try DeltaEncoder.encode(signed, count: count, as: Int64.self, into: &sink)
      }
    case (.byteStreamSplit, _):
      try StreamSplitEncoder.encode(values, count: count, leaf: leaf, into: &sink)
    case (.deltaLengthByteArray, .text(let views)):
      try DeltaTextEncoder.encodeLengths(views, count: count, into: &sink)
    case (.deltaByteArray, .text(let views)):
      try DeltaTextEncoder.encodePrefixes(views, count: count, into: &sink)
    default: try PlainEncoder.encode(values, count: count, leaf: leaf, into: &sink)
    }
  }
}

/// BYTE_STREAM_SPLIT: the first bytes of all values, then the second ones, and so on. Floating
/// numbers near each other have like bytes at the same place.
enum StreamSplitEncoder {
  static func encode(
    _ values: LeafValues, count: Int, leaf: LeafColumn, into sink: inout ByteSink
  ) throws(LakeError) {
    var plain = try ByteSink(capacity: count * 16)
    try PlainEncoder.encode(values, count: count, leaf: leaf, into: &plain)
    let width = leaf.physical.width ?? leaf.typeLength
    try sink.reserve(count * width)
    let (from, out) = (plain.view.start, sink.cursor)
    for byte in 0..<width {
      let target = out + byte * count
      for index in 0..<count { target[index] = from[index &* width &+ byte] }
    }
    sink.advance(by: count * width)
  }
}

/// DELTA_LENGTH_BYTE_ARRAY and DELTA_BYTE_ARRAY.
enum DeltaTextEncoder {
  /// All lengths, then all bytes.
  static func encodeLengths(
    _ views: UnsafePointer<StringView>, count: Int, into sink: inout ByteSink
  ) throws(LakeError) {
    let lengths = try Buffer(byteCount: count * 8)
    let length = lengths.pointer(as: Int64.self)
    for index in 0..<count { length[index] = Int64(views[index].count) }
    try DeltaEncoder.encode(length, count: count, as: Int32.self, into: &sink)
    for index in 0..<count { try append(views[index], from: 0, &sink) }
  }

  /// How many bytes each text has in common with the one before, then the rest of each.
  static func encodePrefixes(
    _ views: UnsafePointer<StringView>, count: Int, into sink: inout ByteSink
  ) throws(LakeError) {
    let room = try Buffer(byteCount: count * 16)
    let prefixes = room.pointer(as: Int64.self)
    let lengths = prefixes + count
    for index in 0..<count {
      let shared = index == 0 ? 0 : common(views[index - 1], views[index])
      prefixes[index] = Int64(shared)
      lengths[index] = Int64(views[index].count - shared)
    }
    try DeltaEncoder.encode(prefixes, count: count, as: Int32.self, into: &sink)
    try DeltaEncoder.encode(lengths, count: count, as: Int32.self, into: &sink)
    for index in 0..<count { try append(views[index], from: Int(prefixes[index]), &sink) }
  }

  private static func common(_ a: StringView, _ b: StringView) -> Int {
    a.withBytes { first in
      b.withBytes { second in
        let most = min(first.count, second.count)
        var count = 0
        while count < most, first[count] == second[count] { count &+= 1 }
        return count
      }
    }
  }

  private static func append(
    _ view: StringView, from start: Int, _ sink: inout ByteSink
  ) throws(LakeError) {
    let count = view.count - start
    try sink.reserve(count)
    let out = UnsafeMutableRawPointer(sink.cursor)
    view.withBytes { bytes in
      if let base = bytes.baseAddress { out.copyMemory(from: base + start, byteCount: count) }
    }
    sink.advance(by: count)
  }
}
