import LakeCore

/// What a file is by its first bytes. Extensions are never believed by themselves.
package enum FileSignature: Sendable, Hashable, CaseIterable {
  case gzip
  case zstandard
  case bzip2
  case xz
  case lz4
  case snappy
  case zip
  case parquet
  case avro
  case orc
  case arrow
  case sqlite
  case pdf
  case executable
  case tar
  // UTF-32 stands before UTF-16, whose mark it begins with.
  case utf32LittleEndian
  case utf32BigEndian
  case utf16LittleEndian
  case utf16BigEndian

  /// How many of a file's first bytes are looked at.
  package static let byteCount = 512

  /// Nil where the bytes are none of the formats known: text, most likely.
  package init?(_ bytes: ByteView) {
    let found = FileSignature.allCases.first { signature in
      signature.magics.contains { magic in
        let place = signature == .tar ? 257 : 0
        return bytes.count >= place + magic.count
          && bytes[place..<(place + magic.count)].elementsEqual(magic)
      }
    }
    guard let signature = found ?? FileSignature.unmarkedUTF16(bytes) else { return nil }
    self = signature
  }

  /// UTF-16 without a mark: ASCII characters with a zero beside each.
  private static func unmarkedUTF16(_ bytes: ByteView) -> FileSignature? {
    let count = min(bytes.count, 64) & ~1
    guard count >= 4 else { return nil }
    var (evenZeros, oddZeros) = (0, 0)
    for index in 0..<count where bytes[index] == 0 {
      if index & 1 == 0 { evenZeros += 1 } else { oddZeros += 1 }
    }
    if evenZeros == 0, oddZeros == count / 2 { return .utf16LittleEndian }
    if oddZeros == 0, evenZeros == count / 2 { return .utf16BigEndian }
    return nil
  }

  private var magics: [[UInt8]] {
    switch self {
    case .gzip: [[0x1F, 0x8B]]
    case .zstandard: [[0x28, 0xB5, 0x2F, 0xFD]]
    case .bzip2: [ascii("BZh")]
    case .xz: [[0xFD] + ascii("7zXZ") + [0]]
    case .lz4: [[0x04, 0x22, 0x4D, 0x18]]
    case .snappy: [[0xFF, 0x06, 0x00, 0x00] + ascii("sNaPpY")]
    case .zip: [ascii("PK") + [3, 4], ascii("PK") + [5, 6]]
    case .parquet: [ascii("PAR1"), ascii("PARE")]
    case .avro: [ascii("Obj") + [1]]
    case .orc: [ascii("ORC")]
    case .arrow: [ascii("ARROW1") + [0, 0]]
    case .sqlite: [ascii("SQLite format 3") + [0]]
    case .pdf: [ascii("%PDF-")]
    case .executable: [[0x7F] + ascii("ELF")]
    case .tar: [ascii("ustar")]
    case .utf32LittleEndian: [[0xFF, 0xFE, 0, 0]]
    case .utf32BigEndian: [[0, 0, 0xFE, 0xFF]]
    case .utf16LittleEndian: [[0xFF, 0xFE]]
    case .utf16BigEndian: [[0xFE, 0xFF]]
    }
  }

  private func ascii(_ text: String) -> [UInt8] { Array(text.utf8) }
}

extension ByteView {
  fileprivate func elementsEqual(_ other: [UInt8]) -> Bool {
    UnsafeBufferPointer(start: start, count: count).elementsEqual(other)
  }
}

extension FileSignature {
  /// What the file is, to follow "the file": `is compressed with zstd`.
  package var description: String {
    switch self {
    case .gzip: "is compressed with gzip"
    case .zstandard: "is compressed with zstd"
    case .bzip2: "is compressed with bzip2"
    case .xz: "is compressed with xz"
    case .lz4: "is compressed with lz4"
    case .snappy: "is compressed with snappy"
    case .zip: "is a zip archive"
    case .parquet: "is a Parquet file"
    case .avro: "is an Avro file"
    case .orc: "is an ORC file"
    case .arrow: "is an Arrow file"
    case .sqlite: "is an SQLite database"
    case .pdf: "is a PDF document"
    case .executable: "is a program"
    case .tar: "is a tar archive"
    case .utf32LittleEndian, .utf32BigEndian: "is text in UTF-32"
    case .utf16LittleEndian, .utf16BigEndian: "is text in UTF-16"
    }
  }

  /// What a user can do with such a file where text is wanted.
  private var advice: String {
    switch self {
    case .gzip: "Decompress it with gzip -d."
    case .zstandard: "Decompress it with zstd -d, or compress it with gzip instead."
    case .bzip2: "Decompress it with bzip2 -d, or compress it with gzip instead."
    case .xz: "Decompress it with xz -d, or compress it with gzip instead."
    case .lz4: "Decompress it with lz4 -d, or compress it with gzip instead."
    case .snappy: "Decompress it, or compress it with gzip instead."
    case .zip: "Unpack it with unzip."
    case .tar: "Unpack it with tar -xf."
    case .parquet: "It is read by lake convert and lake inspect where no other format is said."
    case .avro, .orc, .arrow, .sqlite:
      "Export it as newline-delimited JSON or as CSV."
    case .pdf, .executable: "Leave it out."
    case .utf32LittleEndian: "Convert it with iconv -f UTF-32LE -t UTF-8."
    case .utf32BigEndian: "Convert it with iconv -f UTF-32BE -t UTF-8."
    case .utf16LittleEndian: "Convert it with iconv -f UTF-16LE -t UTF-8."
    case .utf16BigEndian: "Convert it with iconv -f UTF-16BE -t UTF-8."
    }
  }

  /// The error for a file of this kind where text in UTF-8 is wanted.
  package func notText(at path: String) -> LakeError {
    LakeError(
      .unsupported, "the file \(description), and only text, plain or in gzip, is read here",
      at: .file(path), hint: advice)
  }
}
