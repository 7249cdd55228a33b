extension ArchiveError.Code {
    // MARK: Files and libraries

    /// A file could not be opened.
    public static let openFailed = Self(rawValue: "open-failed")
    /// A file could not be read.
    public static let readFailed = Self(rawValue: "read-failed")
    /// Bytes could not be written.
    public static let writeFailed = Self(rawValue: "write-failed")
    /// The cryptographic library refuses an operation, such as SHA-1 where a system policy forbids it.
    public static let cryptoUnavailable = Self(rawValue: "crypto-unavailable")
    /// A limit was passed; `option` names the one that raises it.
    public static let limitExceeded = Self(rawValue: "limit-exceeded")

    // MARK: gzip

    /// The file does not begin with a gzip member.
    public static let notGzip = Self(rawValue: "not-gzip")
    /// A gzip header is not valid.
    public static let badGzipHeader = Self(rawValue: "bad-gzip-header")
    /// The file ends inside a gzip member.
    public static let truncatedGzip = Self(rawValue: "truncated-gzip")
    /// The deflate data of a gzip member cannot be inflated.
    public static let badDeflate = Self(rawValue: "bad-deflate")
    /// The CRC-32 in a gzip trailer does not fit the inflated bytes.
    public static let badGzipChecksum = Self(rawValue: "bad-gzip-checksum")
    /// The length in a gzip trailer does not fit the inflated bytes.
    public static let badGzipLength = Self(rawValue: "bad-gzip-length")
    /// Bytes follow the last gzip member that may be there.
    public static let trailingData = Self(rawValue: "trailing-data")

    // MARK: Signatures

    /// There is no signature.
    public static let unsigned = Self(rawValue: "unsigned")
    /// There are signatures, but none by a key of the key ring.
    public static let unknownKey = Self(rawValue: "unknown-key")
    /// A signature by a trusted key does not fit the bytes.
    public static let badSignature = Self(rawValue: "bad-signature")
    /// The only signatures are of algorithms that do not exist for apk, such as `RSA384`.
    public static let unknownAlgorithm = Self(rawValue: "unknown-algorithm")
    /// The only trusted signatures are of an algorithm that the policy refuses.
    public static let refusedAlgorithm = Self(rawValue: "refused-algorithm")
    /// A signature entry whose name carries no valid key name.
    public static let invalidKeyName = Self(rawValue: "invalid-key-name")
    /// Something other than a signature in the signature member, or a signature outside of it.
    public static let misplacedEntry = Self(rawValue: "misplaced-entry")
    /// The signature member is not written the way any build tool writes it.
    public static let alteredSignatureMember = Self(rawValue: "altered-signature-member")
    /// A key file that holds no usable public key.
    public static let unusableKey = Self(rawValue: "unusable-key")

    // MARK: tar

    /// A header that is neither POSIX nor GNU tar, or uses fields of other dialects.
    public static let badTarMagic = Self(rawValue: "bad-tar-magic")
    /// A header's checksum does not fit.
    public static let badTarChecksum = Self(rawValue: "bad-tar-checksum")
    /// A header field that is no octal number in range.
    public static let badTarNumber = Self(rawValue: "bad-tar-number")
    /// An entry type that is not accepted: sparse, contiguous, unknown.
    public static let badTarType = Self(rawValue: "bad-tar-type")
    /// An entry name that is empty, absolute, leads upwards, is too long or has control characters.
    public static let badEntryName = Self(rawValue: "bad-entry-name")
    /// A link target that is empty, too long or has control characters.
    public static let badLinkTarget = Self(rawValue: "bad-link-target")
    /// The name of a user or group that has control characters, colons or slashes.
    public static let badOwnerName = Self(rawValue: "bad-owner-name")
    /// A link, directory or device with content.
    public static let unexpectedContent = Self(rawValue: "unexpected-content")
    /// A PAX record that cannot be read.
    public static let badPaxRecord = Self(rawValue: "bad-pax-record")
    /// A PAX record that contradicts its header.
    public static let paxMismatch = Self(rawValue: "pax-mismatch")
    /// A global PAX header that would change entries.
    public static let badGlobalPax = Self(rawValue: "bad-global-pax")
    /// A PAX header or long name without an entry.
    public static let danglingPax = Self(rawValue: "dangling-pax")
    /// GNU and PAX long names for one entry, or one of them twice.
    public static let mixedLongNames = Self(rawValue: "mixed-long-names")
    /// A zero block that does not end the archive.
    public static let zeroBlock = Self(rawValue: "zero-block")
    /// Data after the end of the archive.
    public static let dataAfterEnd = Self(rawValue: "data-after-end")
    /// The archive ends without its two zero blocks.
    public static let missingEnd = Self(rawValue: "missing-end")
    /// The archive ends inside an entry.
    public static let truncatedTar = Self(rawValue: "truncated-tar")
    /// A name that stands in the archive twice.
    public static let duplicateEntry = Self(rawValue: "duplicate-entry")
    /// A name that stands in the archive twice, with different types; or one that is both a directory, since entries
    /// lie below it, and something else.
    public static let changedEntryType = Self(rawValue: "changed-entry-type")

    // MARK: Indexes

    /// The archive has no `APKINDEX`.
    public static let missingIndex = Self(rawValue: "missing-index")
    /// The records of an index cannot be read.
    public static let malformedIndex = Self(rawValue: "malformed-index")

    // MARK: Packages

    /// The package has no control segment, or an empty one.
    public static let missingControl = Self(rawValue: "missing-control")
    /// The package ends behind its control segment.
    public static let missingData = Self(rawValue: "missing-data")
    /// `.PKGINFO` cannot be read, or says something that cannot be.
    public static let badPackageInfo = Self(rawValue: "bad-package-info")
    /// `.PKGINFO` names no `datahash`, several, or one that is not 64 lower-case hexadecimal digits.
    public static let badDataHash = Self(rawValue: "bad-data-hash")
    /// The data segment is not the one that `datahash` names.
    public static let dataMismatch = Self(rawValue: "data-mismatch")
    /// The control segment is not the one that the index names (`C:`).
    public static let identityMismatch = Self(rawValue: "identity-mismatch")
    /// The file has another size than the index says (`S:`).
    public static let sizeMismatch = Self(rawValue: "size-mismatch")
    /// The package calls itself something else than the index does: name, version or architecture.
    public static let metadataMismatch = Self(rawValue: "metadata-mismatch")
    /// The package is for an architecture that is not wanted.
    public static let wrongArchitecture = Self(rawValue: "wrong-architecture")
    /// A file's content, or a link's target, does not fit the digest that its entry gives.
    public static let checksumMismatch = Self(rawValue: "checksum-mismatch")
    /// A path that belongs to apk, to image tools or to the kernel.
    public static let reservedPath = Self(rawValue: "reserved-path")

    // MARK: apk v3

    /// The file is none of apk v3, or of another schema than the one that was asked for.
    public static let notADB = Self(rawValue: "not-adb")
    /// The file is compressed in a way that this module does not read; `found` names it.
    public static let unsupportedCompression = Self(rawValue: "unsupported-compression")
    /// The file ends inside a block.
    public static let truncatedADB = Self(rawValue: "truncated-adb")
    /// A block's header says what cannot be, or its padding is not zero.
    public static let badBlock = Self(rawValue: "bad-block")
    /// A block that may not stand where it does, such as a second one with metadata.
    public static let misplacedBlock = Self(rawValue: "misplaced-block")
    /// The metadata cannot be read; the cause says why.
    public static let badADB = Self(rawValue: "bad-adb")
    /// The block with a file's content is missing, is another file's, or has another size than the file.
    public static let badDataBlock = Self(rawValue: "bad-data-block")
    /// A hard link to something that is no file before it in the package, or of another content.
    public static let badHardLink = Self(rawValue: "bad-hard-link")
    /// The file changed between being verified and being read.
    public static let fileChanged = Self(rawValue: "file-changed")
}
