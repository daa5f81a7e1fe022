// Checks a bundle of evidence with golang.org/x/mod/sumdb, code that the house did not write: the
// checkpoint and its cosignatures, the proof of every leaf, and the entry bundles: of a log the whole tree
// with each of its tiles, down to where it was purged, and of evidence with some of them, those (part.go).
// docs/audit-format.md describes the files.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run ./tools/audit-check BUNDLE LOG-VKEY [WITNESS-VKEY]...
//
// It hashes everything itself. TileHashReader is not used: before x/mod 0.40 it takes forged tiles
// for true (CVE-2026-56865).
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// cosigner verifies cosignatures of signature type 4, which the package note does not know.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.hash }
func (c *cosigner) Verify(text, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(sig)
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, text)
	return ed25519.Verify(c.key, []byte(message), sig[8:])
}

func newCosigner(vkey string) (note.Verifier, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("not a vkey")
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 33 || key[0] != 4 {
		return nil, errors.New("not a vkey of a witness")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	hash := binary.BigEndian.Uint32(sum[:])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		return nil, errors.New("the ID of the vkey is wrong")
	}
	return &cosigner{parts[0], hash, ed25519.PublicKey(key[1:])}, nil
}

type head struct {
	size int64
	root tlog.Hash
}

// open verifies a checkpoint: the log and every named witness have signed it.
func open(checkpoint []byte, verifiers []note.Verifier) (head, error) {
	opened, err := note.Open(checkpoint, note.VerifierList(verifiers...))
	if err != nil {
		return head{}, err
	}
	if len(opened.Sigs) != len(verifiers) {
		return head{}, fmt.Errorf("%d of %d signatures", len(opened.Sigs), len(verifiers))
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifiers[0].Name() {
		return head{}, errors.New("not a checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return head{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return head{size, root}, err
}

// checkLeaf verifies a leaf by its tlog-proof.
func checkLeaf(leaf, proof []byte, verifiers []note.Verifier) error {
	parts := bytes.SplitN(proof, []byte("\n\n"), 2)
	lines := strings.Split(string(parts[0]), "\n")
	if len(parts) != 2 || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("not a tlog-proof")
	}
	tree, err := open(parts[1], verifiers)
	if err != nil {
		return err
	}
	lines = lines[1:]
	if strings.HasPrefix(lines[0], "extra ") {
		lines = lines[1:]
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "index "), 10, 64)
	if err != nil {
		return err
	}
	var hashes tlog.RecordProof
	for _, line := range lines[1:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		hashes = append(hashes, hash)
	}
	return tlog.CheckRecord(hashes, tree.size, tree.root, index, tlog.RecordHash(leaf))
}

// address is the path of a tile or an entry bundle in tlog-tiles.
func address(level string, n int64, width int) string {
	path := fmt.Sprintf("%03d", n%1000)
	for n /= 1000; n > 0; n /= 1000 {
		path = fmt.Sprintf("x%03d/%s", n%1000, path)
	}
	path = "tile/" + level + "/" + path
	if width < 256 {
		path += ".p/" + strconv.Itoa(width)
	}
	return path
}

func width(hashes, n int64) int {
	if hashes-n*256 < 256 {
		return int(hashes - n*256)
	}
	return 256
}

// hashes of the tree that were computed here, by their place in the package tlog.
type hashes map[int64]tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	read := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hash, ok := h[index]
		if !ok {
			return nil, fmt.Errorf("hash %d was purged", index)
		}
		read[i] = hash
	}
	return read, nil
}

// purged takes the roots of the first full tiles, whose entries are gone, from the tiles of level 1, and
// returns how many tiles that are. That they are right shows in the root of the whole tree.
func purged(folder string, tree head, stored hashes) (int64, error) {
	n := int64(0)
	for ; (n+1)*256 <= tree.size; n++ {
		entries := filepath.Join(folder, address("entries", n, 256))
		if _, err := os.Stat(entries); err == nil {
			break
		}
		path := address("1", n/256, width(tree.size/256, n/256))
		data, err := os.ReadFile(filepath.Join(folder, path))
		if err != nil {
			return 0, err
		}
		if int64(len(data)) < (n%256+1)*32 {
			return 0, fmt.Errorf("%s is cut", path)
		}
		var hash tlog.Hash
		copy(hash[:], data[n%256*32:])
		stored[tlog.StoredHashIndex(8, n)] = hash
		for level, at := 8, n; at%2 == 1; level, at = level+1, at/2 {
			left := stored[tlog.StoredHashIndex(level, at-1)]
			hash = tlog.NodeHash(left, hash)
			stored[tlog.StoredHashIndex(level+1, at/2)] = hash
		}
	}
	return n, nil
}

// checkTree hashes every entry that is there, compares the root and every tile, and returns the first entry.
func checkTree(folder string, tree head) (int64, error) {
	stored := hashes{}
	first, err := purged(folder, tree, stored)
	if err != nil {
		return 0, err
	}
	for n, index := first, first*256; n*256 < tree.size; n++ {
		w := width(tree.size, n)
		data, err := os.ReadFile(filepath.Join(folder, address("entries", n, w)))
		if err != nil {
			return 0, err
		}
		for i := 0; i < w; i++ {
			if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
				return 0, fmt.Errorf("bundle %d is cut", n)
			}
			length := int(binary.BigEndian.Uint16(data))
			made, err := tlog.StoredHashes(index, data[2:2+length], stored)
			if err != nil {
				return 0, err
			}
			for i, hash := range made {
				stored[tlog.StoredHashCount(index)+int64(i)] = hash
			}
			data, index = data[2+length:], index+1
		}
		if len(data) != 0 {
			return 0, fmt.Errorf("bundle %d is too long", n)
		}
	}
	root, err := tlog.TreeHash(tree.size, stored)
	if err != nil {
		return 0, err
	}
	if root != tree.root {
		return 0, errors.New("the entries do not give the root")
	}
	for level, hashes := 0, tree.size; hashes > 0; level, hashes = level+1, hashes/256 {
		for n := int64(0); n*256 < hashes; n++ {
			if level == 0 && n < first {
				continue
			}
			tile := tlog.Tile{H: 8, L: level, N: n, W: width(hashes, n)}
			path := address(strconv.Itoa(level), n, tile.W)
			read, err := os.ReadFile(filepath.Join(folder, path))
			if err != nil {
				return 0, err
			}
			own, err := tlog.ReadTileData(tile, stored)
			if err != nil {
				return 0, err
			}
			if !bytes.Equal(read, own) {
				return 0, fmt.Errorf("%s is not that of the tree", path)
			}
		}
	}
	return first * 256, nil
}

func run(arguments []string) error {
	if len(arguments) < 2 {
		return errors.New("usage: audit-check BUNDLE LOG-VKEY [WITNESS-VKEY]...")
	}
	folder := arguments[0]
	log, err := note.NewVerifier(arguments[1])
	if err != nil {
		return err
	}
	verifiers := []note.Verifier{log}
	for _, vkey := range arguments[2:] {
		witness, err := newCosigner(vkey)
		if err != nil {
			return err
		}
		verifiers = append(verifiers, witness)
	}
	checkpoint, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return err
	}
	tree, err := open(checkpoint, verifiers)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	leaves, err := filepath.Glob(filepath.Join(folder, "*.leaf"))
	if err != nil {
		return err
	}
	for _, name := range leaves {
		leaf, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		proof, err := os.ReadFile(strings.TrimSuffix(name, ".leaf") + ".tlog-proof")
		if err != nil {
			return err
		}
		if err := checkLeaf(leaf, proof, verifiers); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(name), err)
		}
	}
	fmt.Printf("%d leaves stand in the log of size %d\n", len(leaves), tree.size)
	var there []int64
	for n := int64(0); n*256 < tree.size; n++ {
		if _, err := os.Stat(filepath.Join(folder, address("entries", n, width(tree.size, n)))); err == nil {
			there = append(there, n)
		}
	}
	_, noQuery := os.Stat(filepath.Join(folder, "query.json"))
	switch {
	case len(there) == 0:
	case noQuery != nil || int64(len(there))*256 >= tree.size:
		first, err := checkTree(folder, tree)
		if err != nil {
			return err
		}
		if first > 0 {
			fmt.Printf("the entries before %d are gone\n", first)
		}
		fmt.Printf("all %d entries give the root, and every tile is that of the tree\n", tree.size-first)
	default:
		if err := checkPart(folder, tree, there); err != nil {
			return err
		}
		fmt.Printf("%d entry bundles are those of the tree\n", len(there))
	}
	return nil
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "audit-check:", err)
		os.Exit(1)
	}
}
