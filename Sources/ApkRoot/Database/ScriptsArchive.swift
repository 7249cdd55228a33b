internal import ApkArchive
internal import ApkFormats

/// The scripts of installed packages as apk keeps them: `scripts.tar`, or `scripts.tar.gz`.
///
/// The archive is written as apk's own writer does, field by field, so that both programs' files are alike. It is read
/// leniently: names hold digests in base64, which may have slashes in them and are no paths at all.
enum ScriptsArchive {
    private static let blockSize = 512

    /// The archive of packages' scripts, in their order.
    static func make(_ packages: [(record: IndexRecord, scripts: [PackageScript])]) -> [UInt8] {
        var archive: [UInt8] = []
        for package in packages {
            for kind in PackageScript.Kind.allCases {
                guard let script = package.scripts.first(where: { $0.kind == kind }) else { continue }
                let digest = "X1" + Checksum(package.record.checksum.identity).hexadecimal
                let name = Array("\(package.record.description).\(digest).\(kind.rawValue)".utf8)
                let time = package.record.buildTime
                if name.count > 99 {
                    append(
                        Array("././@LongLink".utf8), type: UInt8(ascii: "L"), name + [0], size: name.count, time,
                        &archive)
                }
                append(
                    Array(name.prefix(99)), type: UInt8(ascii: "0"), script.content, size: script.content.count, time,
                    &archive)
            }
        }
        return archive + [UInt8](repeating: 0, count: 2 * blockSize)
    }

    private static func append(
        _ name: [UInt8], type: UInt8, _ content: [UInt8], size: Int, _ time: Int, _ archive: inout [UInt8]
    ) {
        var block = [UInt8](repeating: 0, count: blockSize)
        func put(_ bytes: some Collection<UInt8>, at offset: Int) {
            block.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        }
        func octal(_ number: Int, _ digits: Int) -> [UInt8] {
            let text = Array(String(number, radix: 8).utf8.suffix(digits))
            return [UInt8](repeating: UInt8(ascii: "0"), count: digits - text.count) + text
        }
        put(name, at: 0)
        put(octal(0o755, 7), at: 100)
        put(octal(0, 7), at: 108)
        put(octal(0, 7), at: 116)
        put(octal(size, 12), at: 124)
        put(octal(time, 12), at: 136)
        block[156] = type
        put("ustar  \0".utf8, at: 257)
        put("root".utf8, at: 265)
        put("root".utf8, at: 297)
        put([UInt8](repeating: UInt8(ascii: " "), count: 8), at: 148)
        let sum = block.reduce(0) { $0 + Int($1) }
        put(octal(sum, 6) + [0, UInt8(ascii: " ")], at: 148)
        archive += block + content + [UInt8](repeating: 0, count: -content.count & (blockSize - 1))
    }

    /// The scripts by the identities of their packages. Entries of other kinds are dropped, as apk drops them.
    static func read(
        _ archive: [UInt8], path: [UInt8]
    ) throws(RootError) -> [Checksum.Identity: [PackageScript]] {
        var scripts: [Checksum.Identity: [PackageScript]] = [:]
        var position = 0
        var longName: [UInt8]?
        while position + blockSize <= archive.count, archive[position] != 0 {
            let block = archive[position..<position + blockSize]
            let field = block[(position + 124)..<(position + 136)]
            var size = 0
            for digit in field where digit >= 0x30 && digit <= 0x37 { size = size << 3 | Int(digit & 7) }
            let start = position + blockSize
            // A GNU long name counts without the NUL behind it, which is there all the same.
            guard size <= archive.count - start else {
                throw RootError(.malformedState, path: path, detail: "an archive that ends inside a script")
            }
            let content = Array(archive[start..<start + size])
            let type = archive[position + 156]
            if type == UInt8(ascii: "L") {
                longName = Array(content.prefix { $0 != 0 })
                position = start + ((size + blockSize) & ~(blockSize - 1))
                continue
            }
            position = start + ((size + blockSize - 1) & ~(blockSize - 1))
            let name = longName ?? Array(block.prefix(100).prefix { $0 != 0 })
            longName = nil
            let parts = name.split(separator: UInt8(ascii: ".")).suffix(2).map { String(decoding: $0, as: UTF8.self) }
            guard parts.count == 2, let digest = Checksum(parts[0]), let kind = PackageScript.Kind(rawValue: parts[1])
            else { continue }
            scripts[digest.identity, default: []].append(PackageScript(kind: kind, content: content))
        }
        return scripts
    }

    /// The one gzip member of `scripts.tar.gz`.
    static func compress(_ archive: [UInt8]) throws(RootError) -> [UInt8] {
        do throws(ArchiveError) {
            var gzip = GzipWriter(MemorySink(), level: 9)
            try gzip.write(archive)
            try gzip.finish()
            return gzip.output.bytes
        } catch {
            throw RootError(.malformedState, archive: error)
        }
    }

    static func inflate(_ bytes: [UInt8], path: [UInt8]) throws(RootError) -> [UInt8] {
        do throws(ArchiveError) {
            var reader = try GzipMemberReader(MemorySource(bytes, name: String(decoding: path, as: UTF8.self)))
            guard try reader.nextMember() else { return [] }
            return try reader.readAll(limit: 1 << 28)
        } catch {
            throw RootError(.malformedState, path: path, archive: error)
        }
    }
}
