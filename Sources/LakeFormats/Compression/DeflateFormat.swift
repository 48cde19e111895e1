/// The wrappings in which DEFLATE data comes.
package enum DeflateFormat: Sendable, CaseIterable {
  /// RFC 1952: a header, the data, a CRC-32 and a size. Members can follow one another.
  case gzip
  /// RFC 1950: two bytes, the data, an Adler-32.
  case zlib
  /// RFC 1951: the bare data.
  case raw

  /// How zlib is asked for the format: the logarithm of the window, and the wrapping.
  var windowBits: Int32 {
    switch self {
    case .gzip: 15 + 16
    case .zlib: 15
    case .raw: -15
    }
  }

  var name: String {
    switch self {
    case .gzip: "gzip"
    case .zlib: "zlib"
    case .raw: "deflate"
    }
  }
}
