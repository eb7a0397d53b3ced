-- Stands in for uuid-ossp where the server was built without a UUID library: the same functions, and all of them work.
-- Only that uuid_generate_v1 does not show the machine's network address, but a random one, as RFC 9562 allows.

CREATE FUNCTION uuid_stand_in_sha1(bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
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

CREATE FUNCTION uuid_nil() RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '00000000-0000-0000-0000-000000000000'::uuid;
CREATE FUNCTION uuid_ns_dns() RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid;
CREATE FUNCTION uuid_ns_url() RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '6ba7b811-9dad-11d1-80b4-00c04fd430c8'::uuid;
CREATE FUNCTION uuid_ns_oid() RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '6ba7b812-9dad-11d1-80b4-00c04fd430c8'::uuid;
CREATE FUNCTION uuid_ns_x500() RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '6ba7b814-9dad-11d1-80b4-00c04fd430c8'::uuid;

CREATE FUNCTION uuid_generate_v1mc() RETURNS uuid LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$
DECLARE
  -- tenths of microseconds since 15 October 1582
  ticks constant text := lpad(to_hex((extract(epoch FROM clock_timestamp()) * 10000000)::bigint + 122192928000000000), 15, '0');
  random constant bytea := uuid_send(pg_catalog.gen_random_uuid());
  node constant bytea := set_bit(substring(random FROM 11 FOR 6), 0, 1);
BEGIN
  RETURN (substr(ticks, 8) || substr(ticks, 4, 4) || '1' || substr(ticks, 1, 3)
    || encode(substring(random FROM 9 FOR 2), 'hex') || encode(node, 'hex'))::uuid;
END $$;

CREATE FUNCTION uuid_generate_v1() RETURNS uuid LANGUAGE sql VOLATILE STRICT PARALLEL SAFE
RETURN uuid_generate_v1mc();

CREATE FUNCTION uuid_generate_v4() RETURNS uuid LANGUAGE sql VOLATILE STRICT PARALLEL SAFE
RETURN pg_catalog.gen_random_uuid();

CREATE FUNCTION uuid_stand_in_named(digest bytea, version int) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN encode(set_byte(set_byte(substring(digest FROM 1 FOR 16), 6, (get_byte(digest, 6) & 15) | (version << 4)),
  8, (get_byte(digest, 8) & 63) | 128), 'hex')::uuid;

CREATE FUNCTION uuid_generate_v3(namespace uuid, name text) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN uuid_stand_in_named(decode(md5(uuid_send(namespace) || convert_to(name, 'UTF8')), 'hex'), 3);

CREATE FUNCTION uuid_generate_v5(namespace uuid, name text) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN uuid_stand_in_named(uuid_stand_in_sha1(uuid_send(namespace) || convert_to(name, 'UTF8')), 5);
