import Glibc
import LakeCore

/// Writes the rows of a batch as one block of bytes, which `SpillDecoder` reads where it lies.
///
///     byte 0        checksum of everything behind it (XXH64)
///          8        number of words
///          16       words: rows, columns, then for each vector its form and what it has
///          …        sections at multiples of 64 bytes: buffers as they are in memory
///
/// The words of a vector, in the order in which it is read:
///
///     flat column    count, 1 where there is a bitmap, then by physical type: nothing; nothing;
///                    the bytes of long strings; a vector; as many vectors as there are fields
///     vector         0 flat, 1 constant and count, 2 dictionary: rows, 1 where there is a bitmap;
///                    then a flat column: the values, the one value, those of the dictionary
///
/// A string of more than twelve bytes has, in place of its pointer, where its bytes begin in the
/// section behind the views.
struct SpillEncoder {
  static let headerBytes = 16

  private enum Section {
    case bytes(UnsafeRawPointer, count: Int)
    case strings(StringValues, count: Int, longBytes: Int)

    var byteCount: Int {
      switch self {
      case .bytes(_, let count): SpillEncoder.aligned(count)
      case .strings(_, let count, let longBytes):
        SpillEncoder.aligned(count * 16) + SpillEncoder.aligned(longBytes)
      }
    }
  }

  /// What the sections point into.
  private let batch: Batch
  private var words: [UInt64] = []
  private var sections: [Section] = []

  /// Takes a batch without a selection.
  init(_ batch: Batch) {
    self.batch = batch
    add(batch.rowCount)
    add(batch.columns.count)
    for column in batch.columns { add(column) }
  }

  static func aligned(_ byteCount: Int) -> Int {
    (byteCount + Buffer.alignment - 1) / Buffer.alignment * Buffer.alignment
  }

  /// The bytes.
  func block(tracker: MemoryTracker?) throws(LakeError) -> Buffer {
    let start = SpillEncoder.aligned(SpillEncoder.headerBytes + words.count * 8)
    let byteCount = sections.reduce(start) { $0 + $1.byteCount }
    let block = try Buffer(byteCount: byteCount, tracker: tracker)
    memset(block.base, 0, start)
    let header = block.pointer(as: UInt64.self)
    header[1] = UInt64(words.count)
    for (index, word) in words.enumerated() { header[2 + index] = word }
    var offset = start
    for section in sections {
      SpillEncoder.write(section, to: block.base + offset)
      offset += section.byteCount
    }
    header[0] = SpillEncoder.checksum(block)
    return block
  }

  /// The checksum of what stands behind the checksum.
  static func checksum(_ block: Buffer) -> UInt64 {
    XXH64.hash(ByteView(UnsafeRawPointer(block.base + 8), count: block.byteCount - 8))
  }

  private mutating func add(_ word: Int) { words.append(UInt64(word)) }

  private mutating func add(_ bytes: UnsafeRawPointer, count: Int) {
    sections.append(.bytes(bytes, count: count))
  }

  private mutating func add(_ validity: Bitmap?) {
    add(validity == nil ? 0 : 1)
    if let validity {
      add(validity.buffer.base, count: Bitmap.wordCount(for: validity.count) * 8)
    }
  }

  private mutating func add(_ vector: ColumnVector) {
    switch vector.form {
    case .flat(let flat):
      add(0)
      add(flat, vector.type)
    case .constant(let one):
      add(1)
      add(vector.count)
      add(one, vector.type)
    case .dictionary(let column):
      add(2)
      add(column.count)
      add(column.validity)
      add(column.indices.base, count: column.count * 4)
      add(column.dictionary.values, vector.type)
    }
  }

  private mutating func add(_ flat: FlatColumn, _ type: DataType) {
    add(flat.count)
    add(flat.validity)
    switch flat.values {
    case .none: break
    case .fixed(let buffer): add(buffer.base, count: flat.count * type.physical.byteWidth)
    case .strings(let strings):
      let longBytes = strings.longBytes(flat.count)
      add(longBytes)
      sections.append(.strings(strings, count: flat.count, longBytes: longBytes))
    case .list(let lists):
      add(lists.offsets.base, count: (flat.count + 1) * 4)
      add(lists.child)
    case .row(let children):
      for child in children { add(child) }
    }
  }

  /// Writes a section and zeros up to where the next one begins.
  private static func write(_ section: Section, to target: UnsafeMutableRawPointer) {
    switch section {
    case .bytes(let bytes, let count):
      memcpy(target, bytes, count)
      memset(target + count, 0, section.byteCount - count)
    case .strings(let strings, let count, let longBytes):
      let heap = target + aligned(count * 16)
      memset(target + count * 16, 0, aligned(count * 16) - count * 16)
      write(strings.pointer, count, to: target, heap: heap)
      memset(heap + longBytes, 0, aligned(longBytes) - longBytes)
    }
  }

  private static func write(
    _ views: UnsafePointer<StringView>, _ count: Int, to target: UnsafeMutableRawPointer,
    heap: UnsafeMutableRawPointer
  ) {
    let out = target.assumingMemoryBound(to: StringView.self)
    var used = 0
    for row in 0..<count {
      let view = views[row]
      if view.isInline {
        out[row] = view
        continue
      }
      memcpy(heap + used, view.pointer, view.count)
      out[row] = StringView(head: view.head, tail: UInt64(used))
      // No overflow: the sum was taken when the section was added.
      used &+= view.count
    }
  }
}
