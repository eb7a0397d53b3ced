-- Stands in for pgcrypto where the server was built without OpenSSL: the same functions. Digests, random values and
-- salts are real; what needs a cipher raises.

CREATE FUNCTION stand_in_sha1(bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
-- FIPS 180-4, section 6.1; bigint arithmetic cut to 32 bits
DECLARE
  low constant bigint := 4294967295;
  bits constant bigint := octet_length($1) * 8::bigint;
  padded bytea := $1 || '\x80'::bytea;
  h bigint[] := ARRAY[1732584193, 4023233417, 2562383102, 271733878, 3285377520];
  w bigint[];
  a bigint; b bigint; c bigint; d bigint; e bigint; f bigint; k bigint; t bigint;
BEGIN
  padded := padded || decode(repeat('00', (120 - octet_length(padded) % 64) % 64), 'hex') || int8send(bits);
  FOR block IN 0 .. octet_length(padded) / 64 - 1 LOOP
    w := ARRAY[]::bigint[];
    FOR i IN 0 .. 15 LOOP
      t := 0;
      FOR j IN 0 .. 3 LOOP
        t := (t << 8) | get_byte(padded, block * 64 + i * 4 + j);
      END LOOP;
      w := w || t;
    END LOOP;
    FOR i IN 17 .. 80 LOOP
      t := w[i - 3] # w[i - 8] # w[i - 14] # w[i - 16];
      w := w || (((t << 1) | (t >> 31)) & low);
    END LOOP;
    a := h[1]; b := h[2]; c := h[3]; d := h[4]; e := h[5];
    FOR i IN 1 .. 80 LOOP
      IF i <= 20 THEN
        f := (b & c) | ((b # low) & d); k := 1518500249;
      ELSIF i <= 40 THEN
        f := b # c # d; k := 1859775393;
      ELSIF i <= 60 THEN
        f := (b & c) | (b & d) | (c & d); k := 2400959708;
      ELSE
        f := b # c # d; k := 3395469782;
      END IF;
      t := ((((a << 5) | (a >> 27)) & low) + f + e + k + w[i]) & low;
      e := d; d := c; c := ((b << 30) | (b >> 2)) & low; b := a; a := t;
    END LOOP;
    h := ARRAY[(h[1] + a) & low, (h[2] + b) & low, (h[3] + c) & low, (h[4] + d) & low, (h[5] + e) & low];
  END LOOP;
  RETURN decode(lpad(to_hex(h[1]), 8, '0') || lpad(to_hex(h[2]), 8, '0') || lpad(to_hex(h[3]), 8, '0')
    || lpad(to_hex(h[4]), 8, '0') || lpad(to_hex(h[5]), 8, '0'), 'hex');
END $$;

CREATE FUNCTION stand_in_unknown(text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'Cannot use "%": No such hash algorithm', $1 USING ERRCODE = 'invalid_parameter_value';
END$$;

CREATE FUNCTION digest(bytea, text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE lower($2)
  WHEN 'md5' THEN decode(md5($1), 'hex')
  WHEN 'sha1' THEN stand_in_sha1($1)
  WHEN 'sha224' THEN sha224($1)
  WHEN 'sha256' THEN sha256($1)
  WHEN 'sha384' THEN sha384($1)
  WHEN 'sha512' THEN sha512($1)
  ELSE stand_in_unknown($2)
END;

CREATE FUNCTION digest(text, text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN digest(convert_to($1, getdatabaseencoding()), $2);

CREATE FUNCTION stand_in_pad(key bytea, size int, mask int) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
  SELECT decode(string_agg(lpad(to_hex(mask # CASE WHEN i < octet_length(key) THEN get_byte(key, i) ELSE 0 END), 2, '0'),
    '' ORDER BY i), 'hex')
  FROM generate_series(0, size - 1) AS i
);

CREATE FUNCTION stand_in_hmac(data bytea, key bytea, type text, size int) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
-- RFC 2104: H(K xor opad, H(K xor ipad, text))
RETURN digest(stand_in_pad(key, size, 92) || digest(stand_in_pad(key, size, 54) || data, type), type);

CREATE FUNCTION hmac(bytea, bytea, text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
  SELECT stand_in_hmac($1, CASE WHEN octet_length($2) > size THEN digest($2, $3) ELSE $2 END, $3, size)
  FROM (SELECT CASE WHEN lower($3) IN ('sha384', 'sha512') THEN 128 ELSE 64 END AS size) AS block
);

CREATE FUNCTION hmac(text, text, text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN hmac(convert_to($1, getdatabaseencoding()), convert_to($2, getdatabaseencoding()), $3);

CREATE FUNCTION gen_random_bytes(int4) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$
DECLARE
  bytes bytea := '';
BEGIN
  IF $1 < 1 OR $1 > 1024 THEN
    RAISE EXCEPTION 'Length not in range' USING ERRCODE = 'external_routine_invocation_exception';
  END IF;
  WHILE octet_length(bytes) < $1 LOOP
    -- a UUID of version 4 has 122 random bits; two of them make one digest's worth
    bytes := bytes || sha256(uuid_send(pg_catalog.gen_random_uuid()) || uuid_send(pg_catalog.gen_random_uuid()));
  END LOOP;
  RETURN substring(bytes FROM 1 FOR $1);
END $$;

CREATE FUNCTION gen_random_uuid() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE
RETURN pg_catalog.gen_random_uuid();

CREATE FUNCTION gen_salt(text, int4) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$
DECLARE
  letters constant text := './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  bytes constant bytea := gen_random_bytes(16);
  salt text := '';
  size int; rounds int := $2;
BEGIN
  size := CASE lower($1) WHEN 'des' THEN 2 WHEN 'xdes' THEN 4 WHEN 'md5' THEN 8 WHEN 'bf' THEN 22
    WHEN 'sha256crypt' THEN 16 WHEN 'sha512crypt' THEN 16 END;
  IF size IS NULL THEN
    RAISE EXCEPTION 'gen_salt: Unknown salt algorithm' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF rounds = 0 THEN
    rounds := CASE lower($1) WHEN 'xdes' THEN 725 WHEN 'bf' THEN 6 WHEN 'md5' THEN 1000 WHEN 'des' THEN 25 ELSE 5000 END;
  END IF;
  IF (lower($1) = 'bf' AND rounds NOT BETWEEN 4 AND 31) OR (lower($1) = 'xdes' AND (rounds < 1 OR rounds > 16777215 OR rounds % 2 = 0))
    OR (lower($1) = 'des' AND rounds <> 25) OR (lower($1) = 'md5' AND rounds <> 1000)
    OR (lower($1) LIKE 'sha%crypt' AND rounds NOT BETWEEN 1000 AND 999999999) THEN
    RAISE EXCEPTION 'gen_salt: Incorrect number of rounds' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  FOR i IN 0 .. size - 1 LOOP
    -- the last letter of 128 bits carries two of them only
    salt := salt || substr(letters, CASE WHEN i = 21 THEN (get_byte(bytes, 0) % 4) * 16 ELSE get_byte(bytes, i % 16) % 64 END + 1, 1);
  END LOOP;
  RETURN CASE lower($1)
    WHEN 'des' THEN salt
    WHEN 'md5' THEN '$1$' || salt
    WHEN 'bf' THEN '$2a$' || lpad(rounds::text, 2, '0') || '$' || salt
    WHEN 'sha256crypt' THEN '$5$rounds=' || rounds || '$' || salt
    WHEN 'sha512crypt' THEN '$6$rounds=' || rounds || '$' || salt
    ELSE '_' || substr(letters, rounds % 64 + 1, 1) || substr(letters, rounds / 64 % 64 + 1, 1)
      || substr(letters, rounds / 4096 % 64 + 1, 1) || substr(letters, rounds / 262144 % 64 + 1, 1) || salt
  END;
END $$;

CREATE FUNCTION gen_salt(text) RETURNS text LANGUAGE sql VOLATILE STRICT PARALLEL SAFE
RETURN gen_salt($1, 0);

CREATE FUNCTION crypt(text, text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'crypt() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION encrypt(bytea, bytea, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'encrypt() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION decrypt(bytea, bytea, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'decrypt() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION encrypt_iv(bytea, bytea, bytea, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'encrypt_iv() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION decrypt_iv(bytea, bytea, bytea, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'decrypt_iv() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION pgp_sym_encrypt(text, text) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'pgp_sym_encrypt() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION pgp_sym_encrypt_bytea(bytea, text) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'pgp_sym_encrypt_bytea() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION pgp_sym_decrypt(bytea, text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'pgp_sym_decrypt() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION pgp_sym_decrypt_bytea(bytea, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'pgp_sym_decrypt_bytea() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION pgp_pub_encrypt(text, bytea) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'pgp_pub_encrypt() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION pgp_pub_encrypt_bytea(bytea, bytea) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'pgp_pub_encrypt_bytea() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION pgp_sym_encrypt(text, text, text) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'pgp_sym_encrypt() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION pgp_sym_encrypt_bytea(bytea, text, text) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'pgp_sym_encrypt_bytea() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION pgp_sym_decrypt(bytea, text, text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'pgp_sym_decrypt() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION pgp_sym_decrypt_bytea(bytea, text, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'pgp_sym_decrypt_bytea() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION pgp_pub_encrypt(text, bytea, text) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'pgp_pub_encrypt() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION pgp_pub_encrypt_bytea(bytea, bytea, text) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'pgp_pub_encrypt_bytea() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION pgp_pub_decrypt(bytea, bytea) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'pgp_pub_decrypt() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION pgp_pub_decrypt_bytea(bytea, bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'pgp_pub_decrypt_bytea() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION pgp_pub_decrypt(bytea, bytea, text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'pgp_pub_decrypt() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION pgp_pub_decrypt_bytea(bytea, bytea, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'pgp_pub_decrypt_bytea() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION pgp_pub_decrypt(bytea, bytea, text, text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'pgp_pub_decrypt() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION pgp_pub_decrypt_bytea(bytea, bytea, text, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'pgp_pub_decrypt_bytea() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION pgp_key_id(bytea) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'pgp_key_id() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION armor(bytea) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'armor() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION armor(bytea, text[], text[]) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'armor() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION dearmor(text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'dearmor() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
CREATE FUNCTION pgp_armor_headers(text, key OUT text, value OUT text) RETURNS SETOF record LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$BEGIN
  RAISE EXCEPTION 'pgp_armor_headers() of pgcrypto is a stand-in here, which does nothing' USING ERRCODE = 'feature_not_supported';
END$$;
