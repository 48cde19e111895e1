import Glibc
import LakeCore

/// Values of a leaf as the encoders have them: see `LeafSource`.
enum LeafValues {
  case words(UnsafePointer<UInt64>)
  case wide(UnsafePointer<UInt128>)
  case text(UnsafePointer<StringView>)
  /// Bytes of 0 and 1.
  case booleans(UnsafePointer<UInt8>)

  /// The bits of a value in PLAIN; nil for text, which has its own lengths.
  func plainBits(_ leaf: LeafColumn) -> Int? {
    switch self {
    case .words: (leaf.physical.width ?? 8) * 8
    case .wide: leaf.typeLength * 8
    case .text: nil
    case .booleans: 1
    }
  }

  var views: UnsafePointer<StringView>? { if case .text(let views) = self { views } else { nil } }

  func dropFirst(_ count: Int) -> LeafValues {
    switch self {
    case .words(let values): .words(values + count)
    case .wide(let values): .wide(values + count)
    case .text(let values): .text(values + count)
    case .booleans(let values): .booleans(values + count)
    }
  }
}

/// PLAIN: the values as they are, the lowest byte first.
enum PlainEncoder {
  static func encode(
    _ values: LeafValues, count: Int, leaf: LeafColumn, into sink: inout ByteSink
  ) throws(LakeError) {
    switch values {
    case .words(let words):
      if leaf.physical == .int32 || leaf.physical == .float {
        try encodeHalves(words, count, &sink)
      } else {
        // Memory has the order of bytes that the format asks for, on every machine we run on.
        try sink.append(UnsafeRawPointer(words), count: count * 8)
      }
    case .wide(let wide): try encode(wide, count, width: leaf.typeLength, &sink)
    case .text(let views): try encode(views, count, &sink)
    case .booleans(let bytes): try encode(bytes, count, &sink)
    }
  }

  private static func encodeHalves(
    _ words: UnsafePointer<UInt64>, _ count: Int, _ sink: inout ByteSink
  ) throws(LakeError) {
    try sink.reserve(count * 4)
    let out = UnsafeMutableRawPointer(sink.cursor)
    for index in 0..<count {
      out.storeBytes(
        of: UInt32(truncatingIfNeeded: words[index]), toByteOffset: index &* 4, as: UInt32.self)
    }
    sink.advance(by: count * 4)
  }

  /// The last `width` bytes, the highest first.
  private static func encode(
    _ values: UnsafePointer<UInt128>, _ count: Int, width: Int, _ sink: inout ByteSink
  ) throws(LakeError) {
    try sink.reserve(count * width)
    var out = UnsafeMutableRawPointer(sink.cursor)
    for index in 0..<count {
      // Sixteen bytes are stored for the last one; the sink's slack takes them.
      let shifted = values[index] &<< UInt128(128 - width * 8)
      out.storeBytes(of: shifted.bigEndian, as: UInt128.self)
      out += width
    }
    sink.advance(by: count * width)
  }

  private static func encode(
    _ views: UnsafePointer<StringView>, _ count: Int, _ sink: inout ByteSink
  ) throws(LakeError) {
    var total = 0
    for index in 0..<count { total += views[index].count + 4 }
    try sink.reserve(total)
    var out = UnsafeMutableRawPointer(sink.cursor)
    for index in 0..<count {
      let view = views[index]
      out.storeBytes(of: UInt32(truncatingIfNeeded: view.head), as: UInt32.self)
      if view.isInline {
        // Twelve bytes are stored; what is too much is overwritten, or lies in the slack.
        out.storeBytes(
          of: UInt32(truncatingIfNeeded: view.head &>> 32), toByteOffset: 4, as: UInt32.self)
        out.storeBytes(of: view.tail, toByteOffset: 8, as: UInt64.self)
      } else {
        memcpy(out + 4, view.pointer, view.count)
      }
      out += view.count &+ 4
    }
    sink.advance(by: total)
  }

  private static func encode(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, _ sink: inout ByteSink
  ) throws(LakeError) {
    try sink.reserve((count + 7) / 8)
    let out = sink.cursor
    let whole = count / 8
    for group in 0..<whole { BitPacking.pack8(bytes + group &* 8, width: 1, to: out + group) }
    if count % 8 != 0 {
      var last: UInt8 = 0
      for index in 0..<(count % 8) { last |= bytes[whole * 8 + index] << UInt8(index) }
      out[whole] = last
    }
    sink.advance(by: (count + 7) / 8)
  }
}
