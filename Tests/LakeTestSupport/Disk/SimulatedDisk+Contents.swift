import LakeCore

extension SimulatedDisk {
  /// Everything on the disk: each path with what is there, and where two names are of one file,
  /// that they are. Two disks of equal contents cannot be told apart by a program.
  package var contents: [String] {
    image.withLock { image in
      var lines: [String] = []
      var firstNames: [Inode: String] = [:]
      image.describe(DiskImage.root, "", &lines, &firstNames)
      return lines
    }
  }
}

extension DiskImage {
  fileprivate func describe(
    _ directory: Inode, _ path: String, _ lines: inout [String],
    _ firstNames: inout [Inode: String]
  ) {
    let entries = self[directory].entries.sorted {
      $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
    }
    for (name, inode) in entries {
      let place = "\(path)/\(name)"
      let node = self[inode]
      switch node.kind {
      case .directory:
        lines.append("\(place)/")
        describe(inode, place, &lines, &firstNames)
      case .symbolicLink: lines.append("\(place) -> \(node.destination)")
      default:
        if let first = firstNames[inode] {
          lines.append("\(place) = \(first)")
        } else {
          firstNames[inode] = place
          lines.append("\(place): \(String(decoding: node.bytes, as: UTF8.self))")
        }
      }
    }
  }
}
