import LakeCore

/// A text file that was opened and looked at: what it is and how it is cut into chunks.
package struct TextFile: Sendable {
  package enum Compression: String, Sendable {
    case none
    case gzip
  }

  package enum Format: Sendable {
    case json(JSONFileFormat)
    case csv(CSVFileFormat)
    /// Lines without further structure.
    case text
    /// No records, whatever they would have been.
    case blank(BlankFile)
  }

  package let path: String
  package let file: any ReadableFile
  /// Bytes on disk.
  package let size: Int
  package let compression: Compression
  package let format: Format
  let libraries: CodecLibraries
}

extension TextFile {
  /// Cuts the file into chunks from its first byte on.
  func makeProducer(
    sizes: ChunkSizes, tracker: MemoryTracker?
  ) throws(LakeError) -> any ChunkProducer {
    let splitter = self.splitter
    if compression == .none, splitter.isLocal {
      return RangeProducer(file: file, size: size, splitter: splitter, sizes: sizes)
    }
    let source = try makeSource(tracker: tracker)
    return StreamProducer(source: source, splitter: splitter, sizes: sizes, tracker: tracker)
  }

  private var splitter: any RecordSplitter {
    switch format {
    case .json(let format): format.splitter
    case .csv(let format): CSVSplitter(dialect: format.dialect)
    case .text, .blank: LineSplitter()
    }
  }

  /// The bytes of the text, from the beginning.
  func makeSource(tracker: MemoryTracker?) throws(LakeError) -> any ByteSource {
    switch compression {
    case .none: PlainSource(file)
    case .gzip:
      try GzipFile.open(file, size: size, libraries: libraries, tracker: tracker)
    }
  }
}

/// A file that holds nothing, or nothing but blanks. It goes with files of any format.
package struct BlankFile: Sendable {
  /// Of the text, after decompression.
  package let byteCount: Int
  /// Why there may be less than there was, if the file is damaged.
  let damage: LakeError?

  var layoutName: String { byteCount == 0 ? "no text" : "nothing but blanks" }
}

/// The layout of one JSON file.
package struct JSONFileFormat: Sendable {
  package let layout: JSONLayout
  let cutting: JSONCutting

  init(_ probe: JSONProbe) {
    layout = probe.layout
    cutting = probe.cutting
  }

  var splitter: any RecordSplitter {
    switch cutting {
    case .byLines: JSONLineSplitter()
    case .byStructure: JSONStructureSplitter(isArray: layout == .array)
    }
  }

  var context: JSONChunkContext {
    JSONChunkContext(cutting: cutting, isArray: layout == .array)
  }
}
