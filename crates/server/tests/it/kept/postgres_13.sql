-- A database of version 13, as `pg_dump --inserts` wrote it, without its schema's name. Its keys are in keys.json.
CREATE FUNCTION institutions_removed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF OLD.held IS NOT NULL AND OLD.aggregator IS NOT NULL AND OLD.aggregator <> 'sandbox' THEN
        INSERT INTO forgotten (id, aggregator, held) VALUES (OLD.id, OLD.aggregator, OLD.held)
        ON CONFLICT (id) DO UPDATE SET aggregator = excluded.aggregator, held = excluded.held, tries = 0, due_at = 0;
    END IF;
    IF OLD.only_in IS NOT NULL AND (OLD.sync_status = 'ok' OR OLD.accounts IS NOT NULL OR OLD.authorized) THEN
        UPDATE tokens SET used_for = OLD.id WHERE session = OLD.only_in;
    END IF;
    DELETE FROM exchange_codes WHERE institution = OLD.id;
    RETURN OLD;
END $$;

CREATE TABLE attempts (
    attempt_sha256 text NOT NULL,
    code_sha256 text NOT NULL,
    ends_at bigint NOT NULL,
    client text NOT NULL,
    user_hash text NOT NULL,
    user_sealed bytea,
    scope text,
    aggregator text NOT NULL,
    asked bytea NOT NULL,
    answer_sha256 text,
    answer bytea,
    used_by text
);

CREATE TABLE closed_webhooks (
    client text NOT NULL,
    endpoint text NOT NULL
);

CREATE TABLE deliveries (
    event text NOT NULL,
    endpoint text NOT NULL,
    client text NOT NULL,
    number bigint NOT NULL,
    state text NOT NULL,
    tries bigint DEFAULT 0 NOT NULL,
    due_at bigint NOT NULL,
    taken_until bigint DEFAULT 0 NOT NULL,
    outcome text
);

CREATE TABLE entries (
    number bigint NOT NULL,
    token_sha256 text NOT NULL,
    client text NOT NULL,
    user_hash text NOT NULL,
    user_sealed bytea,
    options bytea,
    ends_at bigint NOT NULL,
    session text,
    used boolean DEFAULT false NOT NULL
);

ALTER TABLE entries ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME entries_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE event_counters (
    client text NOT NULL,
    number bigint NOT NULL,
    fanned bigint DEFAULT 0 NOT NULL,
    dropped bigint DEFAULT 0 NOT NULL
);

CREATE TABLE events (
    client text NOT NULL,
    number bigint NOT NULL,
    id text NOT NULL,
    kind text NOT NULL,
    institution bytea NOT NULL,
    data bytea NOT NULL,
    happened_at bigint NOT NULL
);

CREATE TABLE exchange_codes (
    number bigint NOT NULL,
    institution text NOT NULL,
    session text NOT NULL,
    code_sha256 text NOT NULL,
    client text NOT NULL,
    user_hash text NOT NULL,
    user_sealed bytea,
    notes bytea,
    ends_at bigint NOT NULL
);

ALTER TABLE exchange_codes ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME exchange_codes_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE forgotten (
    id text NOT NULL,
    aggregator text NOT NULL,
    held bytea NOT NULL,
    tries bigint DEFAULT 0 NOT NULL,
    due_at bigint DEFAULT 0 NOT NULL
);

CREATE TABLE institutions (
    id text NOT NULL,
    client text NOT NULL,
    user_hash text NOT NULL,
    user_sealed bytea,
    scope text,
    version bigint NOT NULL,
    sync_status text NOT NULL,
    document bytea NOT NULL,
    provider text DEFAULT ''::text NOT NULL,
    accounts bigint,
    authorized boolean DEFAULT false NOT NULL,
    changed_at bigint,
    idempotency_key text,
    login_tried text,
    login_id text,
    options bytea,
    only_in text,
    aggregator text,
    held bytea,
    due_at bigint,
    ends_at bigint,
    turn bigint DEFAULT 0 NOT NULL,
    apart boolean DEFAULT false NOT NULL,
    node text,
    told text,
    told_accounts text,
    told_end bigint,
    was text,
    synced_at bigint
);

CREATE TABLE meta (
    key text NOT NULL,
    value text NOT NULL
);

CREATE TABLE nodes (
    id text NOT NULL,
    seen_at bigint NOT NULL
);

CREATE TABLE oauth_logins (
    number bigint NOT NULL,
    nonce_sha256 text NOT NULL,
    ends_at bigint NOT NULL,
    client text NOT NULL,
    user_hash text NOT NULL,
    user_sealed bytea,
    scope text,
    token_sha256 text,
    resume_sha256 text,
    kept bytea,
    result_sha256 text,
    result bytea
);

ALTER TABLE oauth_logins ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME oauth_logins_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE providers (
    number bigint NOT NULL,
    entry text NOT NULL
);

CREATE TABLE tokens (
    token_sha256 text NOT NULL,
    client text NOT NULL,
    user_hash text NOT NULL,
    user_sealed bytea,
    options bytea NOT NULL,
    expires_at bigint NOT NULL,
    session text DEFAULT ''::text NOT NULL,
    notes bytea,
    by_page boolean DEFAULT false NOT NULL,
    used_for text,
    scope text
);

INSERT INTO event_counters VALUES ('demo', 1, 0, 0);

INSERT INTO events VALUES ('demo', 1, 'evt_da5060c3572d8bb1f9b1d41d55794477', 'connection.connected', '\x0108636139646338313887994fb8bc3a8d0a52e4a8f82e33aaef3cdb50c3ad7d66b81d6ad27bb57c787570decffaecaebe583a6ebf7c01e710b2e28fad7311ad9d27a4c45c983c210880', '\x01086361396463383138e79af6429767caa25a8ac7a035bbff106d71f1015bc0108f447717b2b533b66d1d5451577c1c2019cb2a225aafd88740f4aa2024ced8f0bc2d1aaaa2d05a79e7d4cd3f9de6b88464', 1795867788404);

INSERT INTO institutions VALUES ('reconnect-96e95664384970ed7f63f03b', 'demo', 'f8a4e5dd-71bb-80bf-b7d4-70a7b2978551', '\x01086361396463383138f47e92c82bf9f863349dd8bb9a15e56b214c0d7eb75e7bf3d5e23c6d7c302e05f5b0fe052d4ff203dd5ccd', NULL, 1, 'error', '\x01086361396463383138646f3765d125563c29ac81a6b28ad8cbb3f248ec5346e670a400618d47badc76aa6a9e826b8b4a03c71bde9be1386b6f6a06f713b6db3a721e23abeb287be059b735666c42c69b6fb81deeb63c3380a1775c0bf47444fb0e116ca937f93c6dd585f7b6251c0aa1d2a50c13e401e81be31aba7dc928c5cef24d1422d06014499722363b5c5552402aa3654e1fa76b73c76859833d7ded37443f675cfdf921bc6a2cb231ddadf68c60d791bba5641e0efd522c432daa192d18e8f63e6bff0dfc97d43848a78220eb669644dc157131e06753af31abcc8ca9bbaf63ea8189890386a45644ea09634a4079a93ca46f1e90eb1fd30ce08e0e3ef5078e57b4877a13cab79503c1e7ebb44d7961e1456050447ce94d3f75c1cd24babe83c50f9e132ce617508f0d359c21f86641942adb62b7c57700d3cb1986d49c121ea1db1dc7f576a0e5ffb1fe0705efff17cb42aba7aba288c6d39069a8991604065eaefc1bb007ae890cfc289731edc19fdbc9a1979d5334c36b2b0ccd147d1790474c0178c6fd3e8e00cf978ecbc947fe6cfd4359eb45b8c9b575ff4283c96795d835976a6b0b536d6b235c4854ea2436a66b132a34ffec658d5d6bdb539aff9648fcbaf86a972b38054a0ecaad581702de79c0e10815c9f62518e9d46642ed45c101c9d404fead5566cd1bc6fd3608753479c1516380aed944ab625c33772eee9ff982bbfcc91a4e71dc6d1a1cf0d6ec35aeddca67fb8870bc44269b0c06c67bc842ac318a6563d4febf5de94ba61a935ed93852f1d268ca0cbfdb93eea1a075e3e157a367911b582bcb84174801ba51ca5d2f15480d6de246c93e33149bfad4556a7a2f1c55edbc23023e46501ea679ea3557d6405bf15c5586d4db3d39ad44a08229c3a5447a0165647b80ceb43142ccb6d6dd4c3fe848b25c8afaac29e4867a3623952d65f1c6a01c8446f68bb179c2b105631bc0e261fd1c0757cf18d5069524cc03ed916dc7dfda58cd4a42c6091c5a505f6679212cd715b14254276d3ab36bbb238e7e983b55a79ae3f4fac4d322d2287093b36357ae8c8d945287a505e4e959036860c415e613c1b9f118', 'reconnect-bank', 3, false, 1795781388, NULL, '4e3d1e1b-ecb6-89d0-ad47-239260907e6f', '4e3d1e1b-ecb6-89d0-ad47-239260907e6f', NULL, NULL, 'sandbox', '\x0108636139646338313825e2c8462152e15059ce6697dedba2cb21e6121ac227f79522d68a0ef552a8cf8b617d67ba11a9e27147b46587e260c2545b58521b25bf7a2a4f34e97f93d2b94687ded4ec34483534adb9072720b896722b6eba45a2ad632e4fc3b7d8a639416548fb83025a42c9d7697cd1eb800343813545fb8d269777874b1d20bf0b5fc02fdcc5027aec4c913904a6314b402cf0caf218d25a314742cad6e8c80a70c29519d3a2ab937d01db5bbd393dc7e41d825eb43880ee82f79fdc5b06ddae82520dd4ace75326252bb4a16132e217f4621110fe13719048d324077dec3c43f99fe8c5620683c14e2d8030b2296f0da6ee6bc5cc42f92247bc6006e961b49593cb053c830e5a19193a55c753e9dbc4d27ccfd9a1281f6552d88b7f67221c95ce454c69c24cf8e6edb74f4eb55f291ddb74bdd0ab7687f628113c58a13291f6afb552a335100449557ff1ecd3d993a7b9660e2aaf7bf3b7f94c02daf6f58f0061a6c0e8763348fc3ba64dfb08819aa7f3b87ca18dfc86563d7affe6d814cb2649912306e9438e70d2d8ebbac99ab284c934ba7fca631656947548a0ea142e4cc07d572a8dbe26e46319c351f7c83c2a4e9328c898c2f0aaf42050acb35207360c0469ba4d657bad62eaeceeca60a106de44853c676578539765814e310027a7591206bc35311708c972cb923a3d25bdf32d7f3e442903c30f79f70173ae1249b35774126278eb0d96f8d6815420f72218ab6d9c7a514d929e8f76f3bccc52cc5e', NULL, NULL, 0, false, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO institutions VALUES ('reconnect-question-96e95664384970ed7f63f03b', 'demo', 'f8a4e5dd-71bb-80bf-b7d4-70a7b2978551', '\x0108636139646338313822ab44f272234243438bec22656004d2a93bc0b01b0f35f7e2234d2d31854554afd31ba496550d9b754175', NULL, 1, 'error', '\x0108636139646338313818f9487e80b6656e30c4cfc2cc0d62a8a88bfd78af90c8e522b43a8b229d507c207fed14b3aa7131d2d52d218bb171d74c46f759bd693984fd1754ffdcefce6d12f6c678e3e5ad022d524863810665846e6a9a8f0e6f2601b4d85d0fdc5c142da2fe16d013c33ae8d36b6a1b2fb533c033db9ab9ca1a074260c010c48156383274a23b1c336efc2d962bd2771146929b57e8eb4b468e3b671a48a08b4a54c37b7052dcef728305966c0becab9f71680bf9d5a71ecb6882d4e2b49794021a46936714bf3450f803ac291993bda71fd64ed74b21cc6ff31385147776e1c44126f38a755708fecdabd8d87fbac14600105c9d8fed8235ec3d025d62d6f3111c705e374d0a676812d689f9d81f38f9418c8e2f7c5359e306776e386be8e3d500ab8f7b836beb3c38d0af5f8b5fc6613cf6c14eb01ff0ad3007c0cad361877124ae08460be9bcc39670ac55fec099b9c6a832eebdcd5181fe55949fc8ea52876e69681ac39d3caff6761966266fd88f999f29e28b77f3e2c725c5037af61ebd4c5a4373501bfbb371dd7b31f1b8ce8c7448a57f7be3a04bb4e5af8a5430857038669099069b1aa4121536fedde2f2baa92c26d7cdb7d32de2267361f55aedde1ad20e686c787314ffd87e7f40e81b483938d9fb93961f573b60fcffaed6f164ceac85566c5af6d8183c17c2d2bd752d73fb308933ecbe8c5c33f9be51cf5eb576fc7c8431ab960366e541fb602d70676a0fd0cbaaea629a6a038651a15f9bcd7274c8a46cfd69022aafe7d0919c9e6bc2f829b2398db92fb080e358597dc158a54f8a20532e3e79102b2f9b3a4ec37025b472270802108005967cc240ff4f27b3e35c3b4eb4eab90d1168f5467f61496bfb5d9acf913a563aa71141cf8ece4e59917d60d3ac26b666ef49dd6afa4a541ef79df01f0b1c70291c019f18ca1396d57ac5b79b02c9dce2819a9e4e295e2bc5e886e5c99f03608fbee23be7ccc517706c11fefeffc920698257ded831fd7989a63a7bdbf12661bcbfc9123f7bbaea9861e2fc5688b4f8ccc597a982055da8121ddf90c47aa84f1ad3e8c409c9d298546a5d3004e014116b25d11df617081946c5afc646ca2d4e26555e975939c1acc7ed3b8b7b52a6b76294b2c0d8e9b4ea2131c6d1bd0176d7d21b5cb4d16f1763872773816f9e15c073ec881957613165e5ed3497f0139eab4efbcda4196adb3265986ca319092a88cfb90b10544506691243bae107fae02b7591c40e5ccf4d3c58e4e8b8034c3437aea15f2dc968cbc9877d9449566720e09c0fadc24c8906d5e3530c7ec576ec7d410e1304cc455d14a855ff457ff48a834e950326', 'mfa-bank', 3, false, 1795781388, NULL, '9309577f-d1fd-8c05-9866-93ddffaed67c', '9309577f-d1fd-8c05-9866-93ddffaed67c', NULL, NULL, 'sandbox', '\x01086361396463383138e527299cf3f5f5b2ec07c1e630099090401ffa0ce39c4957a3fcad80d1d3ad1094b4bb18d6ab3d968cca8a2278978b507ea3fd0f42486e2aa9d94c6c6254a47e06baa82392302d3bcd0e228295cb356a61caf02b268830b0c7711721e72e10da96f051d7dd3f1778132be50baa264ab8def88a1c880857bb8c37b9f0b905ea425a35c01debc2e021b63e0fe08d9ee1b82952c59fc165755dd8d5af1e8eac96fe1cd09a0a536430a4de46e7bb3c7cd4fed5b526938fe7c71804bbc278fd34726fbb5a817ad7372210a4f0737bd587d97fe478cefd4c325c9a23d5132c8aa51a505de9b3178606e4455d087e69f31ba7291b0a1c521ad81b47731b4c7a9e1671bdefd7c939d7ebcd59a86d1ad26987af4e8f2c71644fd83fb56e7f9d605eb461f96719107d0dc0741b6b135ff88cd2a333f1b86e180d5ecf87a6fb929f6afaf2d0496b8334cd5b7a599feab0924dae5817980ff430caaf738dac451b725ecc7525ae75f39895a290fa6f0cee2512bbeb9ca10707b4fcaa0839ec9c79cc7f418a72f0e6285ced610665030bb17d9e91417f460355f736bca05e9c30a851ed329d890df2f122fa1caf04a6e415153f4d05799ca34233af6b177c94fc56f05cb07407841fedd03e313f93d1da284cc7b87b6f83c5847b38d0de13d1097050db3cef0173e0485c32792750a8dc2cd6bcc740357bd086f360b90fca950fda084db62352e7aafd9a37cc54d6960e8ac7', NULL, NULL, 0, true, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO institutions VALUES ('reconnect-healthy-96e95664384970ed7f63f03b', 'demo', 'f8a4e5dd-71bb-80bf-b7d4-70a7b2978551', '\x01086361396463383138d8a40209d78d577b1ed3c5b296ab0229c4e00035a0053c05c9bc309870f7dfdedf536f4904c493d2248c37', NULL, 1, 'ok', '\x010863613964633831385a043d2e513ed858285dc85837f1b1acc2b8e7c335295822ebdad701a87911da78a2f6d962327b6f391d2f9a7ce677ffcd178212c0806edc77e6908bb05df432e6bb89f4083faaced12edcc189c975cec664109d6db796987d6f1ec3d2ddf9b34cc0a42d587975cf5985f0a57701fad9392c77b2d15a5ff4f67d08d3d02023b14394ac0c604310543446aaa5b375dd486c773aea7d6687d01702bd9f6bd613f20d9afd96300b6f078ed3405e79e2ff34d594bf0e5f13e8cba1466861e1eee29357bc74943a3bd3af51f5abfcd3f190c48e38e88844137cb19b6efeceb4a7690d184cd679bd316c89377b8fdbeec49ffd05377e307c04476ad232c0f90684a2197f5173d0310c9897104bc331cfb60a1aaab3812d90320e9daa0fa8c58a453e0ddaa4180f988a0e5b29e75305fbbf64bf667de57a06e5150dcd5958cf96c87c3e740c2afd256c219dafca84cd282d43d6e52f7d25d0b3b2c8171892ee309153eb825cebdcdaab53e79ec33261e5b6a1ca6d0e5d404b95209f339ae9a3cc000afa42364516838ba9f4af34b755905decf928cba29f6bf98c670352b15811924b2b9cc656cf980d0969d4943a0996e463e75c3d0c0b9df074ea0a90972d5077e68537671982eb7d462aab7d7ccf4b4b78a95c41164c3525722358bc25195afa5c82c4e03c14bac4cbcca61e3aebf9218b77439ea62b96e794481b45e11e4c5a23dac09d4a3c1b15711d6114ffa69462c363e03c49b063ff9496425b993d485bf03171873a396b099d1924eafb1fa086f046c3f28dd453b80a970d6ceedce98777c52fb9b48a3206b97ed9a2fe9ce19ca60f507bfea326ba63ea3be5fa8ac95a514ea186fb024365030d131798dbb7656eb6164179f7e9ffdfffa3d1b4130b6ad2c01dc56a98a7e136771612d39dc5562f3fd56b1abaf0a2a91010a8bd8cd6c34e5258ac4f78e82002f7fc61294eb566421000e8ab4706c3342356aec851d262d17f2323683184ddd9cdcae352df8782d943568da2d8435eb53bd472ca', 'demo', 3, true, 1795781388, NULL, 'b02d2537-2f11-85d2-87e1-1f4085ac08ee', 'b02d2537-2f11-85d2-87e1-1f4085ac08ee', NULL, NULL, 'sandbox', '\x01086361396463383138c261388c30fc8bb330aa83b3c17b59185c14fbf5068917a2b3b1de5c48112c62cbbbab377b411417adc5394c525edfac4947e1dda1e5c454fba24f9211ba89092d35bb74d9f549b55a65d1e59efffe61cdfaa1b9bd8b74f9b86f04b0ab61087014595fa62eedf680c11f895d48ba7bbc0faaf6a920dbd68b3a41c453654994cc2c5fa3e17e325322c8d0ec5a5d3e541c545aea80f8b911f2ffc3c59d5a311535d0e76f6be8b7ff60018338a1c86ae3f4779091c3f0e4141d7468403e65c180763e32dd189d95ad83e33bb9e1db69b761717fe0bb5d970f68a54198a70c3e8349f0e2ccc32c523f2fc1d14de7ac880a11a7a5f2fa27055901a92fc01854135d167e6e91bb60ed11ab65fdf8fffb133dce8c1f4785df9c6f73c033caa39a190c9cfbd86c3dff73e0c70f300fe76385ccb5e399633c37b3b97339d8f8adc97078762eb61c35bea3d0c696e3f6ab98916dd77735e46d46f090e9c31dac44d5b6ad638a08c61443092ff7624985ae2043f4d9bf92066efa1e2d9195d5d1d7108e6298f7aa2113ecca28b462435d49c5224bdb529211690d01fd14ce68e78213b36e6fcf49c0e20402c80cafca1658d0f77bc9e39185fbe679e87b73a63ff846b52b6ebf7e592cc4cd526e9174cfdb03cf', NULL, NULL, 0, false, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO institutions VALUES ('8feeef64e09ce2ef89a0301a', 'demo', 'f8a4e5dd-71bb-80bf-b7d4-70a7b2978551', '\x01086361396463383138e30bc0b6e5da0f9d321760369093e17f0abb86fb8000bcac5d3e2de2f520cb8640090c16a549b814449e54', NULL, 6, 'ok', '\x01086361396463383138cd7cedd81affa30b0d404547cb61ea3e98a3fc8b814a836032605838cf76d6a6b1a30ff891e97fd75e118c1f06627e31bdfe285f138d84967b40829d1197950b864ad2515ac683536a508cda008e4cb19b1221f0d672800904df2003442c6c84adcd340a08d0e7aa7e6ae2d82c696543973d422f117660f7c669ed9f24b8be87c46cfd1eca0f539888536f546be368495993eaf4215521a5a9f6336b63a5e7c35a35ab0e11ee55a8e63acf6d0a4c32465a8a4e4348051f8e3c3eb460720396af74fa1c051b5dfb98e529cbd4dab4554222c6fad4440a532eb0e8cb042cb94baada97223f2cb01c134995c5ed9d1b7d0ad4a483629f56b6595cef82a6e2eeb196619b01c0b6c5cc149e1ba1588306e6a80940195cc0a1b73f71398b7d069c82581ce0cd2b4cd74c87906b6701489599bb66b9cfaa2c1c05ea03d6bcd008ec082c277002c647c008be0f4cfb745a6a817af2aa146d494263878cf8b23ddcf98ef49259d842f5dc4c88de6c576d384b9d03c3bf8f82bd4b3b99be80fb2f232ead62a80464b799d7a8673e011f042c38b12beaa86f067cd617f3492ed311e6993f3c67dc3659c14ee013f514880dcfb12b441f21b09b6bd27f67ba537f41b41b735c1a7d799d3076b1aea067d093a606885814dd0a5e62f4274c5e99b06cdbd7e34531ea5a68b602b3ef991c974fb8f1568d69927ba9590b11e5be0320333e1107b80751e06e67c0ec420659e75b0bdecc99a5cf06ac9de5cdf9460c97f0f0c6eb12cdc135cbdd94e3302038019caa281b5ef47b0847455afa49fb58f345692822dacb2f836c87f89a92e8655ed92d3cd94674f9be395f50951d8798cbd5c64b7eedf7f4cc859dbe9cd4955b44d22f077f7c2042156266854fc6ab8cdc75308b9df2a2ecd3cae5d41970df382abc853fb3988e9863', 'demo', 3, true, 1795867788, NULL, 'b28a768e-dc0e-877a-80ad-dc16b21001dc', 'b28a768e-dc0e-877a-80ad-dc16b21001dc', NULL, NULL, 'sandbox', '\x0108636139646338313813be2761b2de03ffcfa7e50e674c1438830ebeec64eee927fd2d5b13bed63c711627af61dcd82cdf45113eff31ab49b07a4163483ad0b0251c770c49ffac6d6a55ceee51b2f513be95960a7b8378da837b91998ffddbdbdec7f3c731b840bf2a69a2cbd59a9d7c8259e24126d1632bce843b07052d821418fefc4b0bd10686637c4d044c5117814627d8222de40c523c8af747be9d483ec24dc01866f67783eb522af801eb3739bc503503e8c3538dfce04353a4544e0e0c22f235158b52312e14d882af958c221e4214e6fb37c5ac96aeb7e5158cdb0f01718db5133b23764c991788ecadb8675ceb9654dcfaf95b39d3e60371d2f4afb91bb093c816fbbb9f0ee1059fc7aa964abdd6f95b6f0c95dcb3660b2e26b1dc5112267da5bda70c3394e79bfdfa0df75fd2cf9664569cc73f4c0ff406dc0d0c888a1cb0e4c89df10c106bf0242f861b25b56661dd913d51a27c244f8d4d18f5f3d27e8d613e1c460f7287590c70c22b95454cb21ebcf5818172731d26f46968de89a02fa5ebf997df01b29f7cd65adc7c161377980a2ec8a30c9588bca9ac540fc7208accc6cc4ad260d34406b7417f3e6e64fe7b5c257d93afa5fd3e90b6e6be6b0ca7b6a2cc8267bbef4b572924c1ad64b7111ef1eac4bc9a53781133b1ea6050e5b90edcbc21c856bd505f9e4c838060ef9dec0fbdb963062f2ec89979617bc721d7b745e2e69a07938f18bf9f0cfb44900c2af87016fc20df62dc', NULL, NULL, 7, false, 'd2e152afc2118e21', 'ok', '50fc205a81571361456cc34f579dc946cf93466a2de95b3a2f78d3ee2c64095f', NULL, 'syncing', 1795867788);
INSERT INTO institutions VALUES ('ee098f2b9421943e4460011c', 'demo', 'f8a4e5dd-71bb-80bf-b7d4-70a7b2978551', '\x01086361396463383138bf752bdf57cc580e7de9334953b665f648acb550e23ac27a3505932d668d3534cd5903dd5c08d0ee0847c7', NULL, 1, 'error', '\x010863613964633831387429be658970ed79a445573b44920b5b9ff232f7eecaa94ac3aedd20a5ebfd601ecd859e2284c11b1f10a8ea3469b32efb469c63837efb1ba90686b04d164b57d6ba13aceff0f485d7f18497b903b19e669a0c9ef312ac64cdbc64962b8a10117621fe3ffbe50556be70aa2f4ac4a74373107b996e13cd9b6c4fc287ea3482cbb93864482cc783913a81b7bd28412c2eae6f4274fad472ff525dbc6461b09c47a0b4d169ef7f92388566d4b00022ed88065b8f9efc4d94e888e75539acd2a27f06208d9161cc88818453bf933f13662c4b2c70c70bc63d0d8464203df6536407b3f0d502c1aca08831642b079456c52ebfee7816cce4fca2eb23d9c6dd47a283d513cd8bd86e02b9261f1e657e3fd7818a624ae32db54fbeadeb1fca06a7aea6a69296e96dbce4bdbf253e2c770a6775f22c6123e4d4d0c462d714063cfc7e698e1eedd6dc94b3ed19244d9f7d7afcc5390c54a08efab690aa7aedfd4f9f9908e4297845bd97c0eebf03d82962c26834b76dbf002a1c3dd77905ff6d3e7b152df7e510d6e11787db454a3c924cdde27a3f4de675ab41121e9a5803e37dffc2050af061429de081bd6cb4e901e99f82ccfac3922245392c9fde8a7c4a5e9706c165a96bdb182fd2410158ae1b93ec0e85815f6ea513d43a26ea17ac1396ed2f8b758ad79385d2d9feb218917ed338b82356a689832264f3e8ba847ae4a932bf941776d5993bb6181ed2d61e44a11e6608a081a83885755f3374909df0ddf3c5fd4cd5281d8352a7aaa0fe4928bb', 'demo', NULL, false, 1795867788, NULL, 'b28a768e-dc0e-877a-80ad-dc16b21001dc', NULL, NULL, NULL, 'sandbox', '\x0108636139646338313844c49401f5b19ec11303bf44ed72940b8c4de0f778b39b680a88a81586f6dc7db6ca396826f48d2f697e09a2ca30d03614cdd0efbe5484f0b1ae19a49fd99aa2709dce059ff3e2c5b300a1ab3ce2ac131b7bb430390f4868a924bf1b088af6e8df68155e9c62915a6f28256e99ae1f0ccb7421f3c86fdd8138dd843dba8ce1a67362bf872d5124280acb448fab47295d69447b29251dfecc9fbaa8aa4c1588926adef8cf854475d72ceabffaf5a356533c39e0d5018498b61accfe409a2a71833199c1ad109e08c4aa4c3d9af877557ca516e5777797573d1100d1a08c5aa77c8ce1062e9ea3d105833eb2753edb38958119a5100289b8d7d99af7ef7957b6c0458b7d259ca11d0752452c61564b1b25cbc28feb8c4111d9fe78d52c15aa1f927a8631e695bcde85d9f42e472a19d3b0b1c0ffd03dd9195a7c4041d7bd1f0991d0d24437672628851af82c613a44dff648f8c858bb09e318f98e95ddfb7edbef2fb99c5e39d5d34f4ac066c35f266a8479d92a8f9e5f3022a3164fdfa97df01a64918e8628b433af6acb39260bf9a8f88f804395420f6cd04f8fe01256ab2a470b9126fcbac6adacd2c9485ae4b65bd7b01a8f31456b09408e8525985a9763296f79a26590b6195b80020cab9c5ca8759437dffe27995b4e735976068a8481cc2cac0f71fa96f81307f029d3cb987e1e94e895e923bcc2b933afc386efded3bfc0d6464ddf340f64e10814e5f1ab053b0f412af88d6459f12d0486290cd8156d79b4033d081c596fa3b65f507f8310ae861637f3166332f12aa9088eff34d89aba72c3101eb8e3da2b7216e24dc74db9b671788bd6fa05ab6830866043214fa111dccabcbbcd62858bf01890e40911b7a45aade652fe9273c031754f3cddb25c3c44d11c63c6c0e71228339d2a517adc373b31d10893358e2cb256bb4df9f2e95c454a6a065ba7d19652d1de328ea8fac2efdb4bc61173825b770162ecd3f801c9bad76aaf3086f79904daef37d5d47726ab748fc341d9898ff0bebc591c9a2bb9b04f2506cf8907f89d9364bb1e1df908966b5ab67674a2da456c864b486cadf61acaff761486527694a3a0886ff75aeca579d718bcda9e916c0f9d6e68c65093ff0405c733377e1720e93cfa3c4c03949564e3eb34ca9a9490103e244a9c866521f6cd7b4b696d63e060b6a33524a2813325c5c1af0920b12a241edec799bf108f8e5672f68def8cb5c1', NULL, NULL, 2, false, 'd2e152afc2118e21', NULL, NULL, NULL, 'syncing', NULL);

INSERT INTO meta VALUES ('schema', '13');
INSERT INTO meta VALUES ('sealing_key ca9dc818', 'd0e96099-a361-87b3-9995-95af87954564');
INSERT INTO meta VALUES ('identity_key_mark', 'bd7a14fc 69a2da3a-257e-8230-9618-a9b9fcba1ad9');
INSERT INTO meta VALUES ('catalogue', '2c026ba26511745bc5250d3bf5009c6f1c70a087187a2e9e7901ce511d221f75');
INSERT INTO meta VALUES ('channel', 'c31146249a23f56e');

INSERT INTO providers VALUES (0, '[{"id":"demo","name":"Demo","known_as":"","country":"CA","group":"test","place":0,"routes":[]},{"id":"FlinksCapital","name":"Flinks Capital","known_as":"","country":"CA","group":"test","place":1,"routes":[]},{"id":"oauth-bank","name":"OAuth Bank","known_as":"","country":"CA","group":"test","place":null,"routes":[]},{"id":"oauth-bank-coop","name":"OAuth Bank (isolated)","known_as":"","country":"CA","group":"test","place":null,"routes":[]},{"id":"mfa-bank","name":"MFA Bank","known_as":"","country":"CA","group":"test","place":null,"routes":[]},{"id":"accounts-bank","name":"Accounts Bank","known_as":"","country":"CA","group":"test","place":null,"routes":[]},{"id":"fields-bank","name":"Fields Bank","known_as":"","country":"CA","group":"test","place":null,"routes":[]},{"id":"locked-bank","name":"Locked Bank","known_as":"","country":"CA","group":"test","place":null,"routes":[]},{"id":"maintenance-bank","name":"Maintenance Bank","known_as":"","country":"CA","group":"test","place":null,"routes":[]},{"id":"maintenance-bank-direct","name":"Maintenance Bank (direct)","known_as":"","country":"CA","group":"test","place":null,"routes":[]},{"id":"slow-bank","name":"Slow Bank","known_as":"","country":"CA","group":"test","place":null,"routes":[]},{"id":"retry-bank","name":"Retry Bank","known_as":"","country":"CA","group":"test","place":null,"routes":[]},{"id":"reconnect-bank","name":"Reconnect Bank","known_as":"","country":"CA","group":"test","place":null,"routes":[]}]');

INSERT INTO tokens VALUES ('f2f3a05048f9192a569b54e9d4ba1f42e88bfa742b40bd9dc0dd48c12754a568', 'demo', 'f8a4e5dd-71bb-80bf-b7d4-70a7b2978551', '\x0108636139646338313805c18a7b93080a2247edebb06e86f76535c4555326a29397f61b3dea670c094ae5600cbc23e8c2b90f8803', '\x010863613964633831387b89228ec4f171d54918bcdae99753c9f793dcabe3b3cccd8ec4c3de2c8144551bb8ffa38d3ace9b4f69', 1795869588, 'd6df4de8-14c0-48a8-99c0-7883b89623c7', NULL, false, NULL, NULL);

SELECT pg_catalog.setval('entries_number_seq', 1, false);

SELECT pg_catalog.setval('exchange_codes_number_seq', 1, false);

SELECT pg_catalog.setval('oauth_logins_number_seq', 1, false);

ALTER TABLE ONLY attempts
    ADD CONSTRAINT attempts_code_sha256_key UNIQUE (code_sha256);

ALTER TABLE ONLY attempts
    ADD CONSTRAINT attempts_pkey PRIMARY KEY (attempt_sha256);

ALTER TABLE ONLY closed_webhooks
    ADD CONSTRAINT closed_webhooks_pkey PRIMARY KEY (client, endpoint);

ALTER TABLE ONLY deliveries
    ADD CONSTRAINT deliveries_pkey PRIMARY KEY (event, endpoint);

ALTER TABLE ONLY entries
    ADD CONSTRAINT entries_pkey PRIMARY KEY (number);

ALTER TABLE ONLY entries
    ADD CONSTRAINT entries_token_sha256_key UNIQUE (token_sha256);

ALTER TABLE ONLY event_counters
    ADD CONSTRAINT event_counters_pkey PRIMARY KEY (client);

ALTER TABLE ONLY events
    ADD CONSTRAINT events_id_key UNIQUE (id);

ALTER TABLE ONLY events
    ADD CONSTRAINT events_pkey PRIMARY KEY (client, number);

ALTER TABLE ONLY exchange_codes
    ADD CONSTRAINT exchange_codes_code_sha256_key UNIQUE (code_sha256);

ALTER TABLE ONLY exchange_codes
    ADD CONSTRAINT exchange_codes_pkey PRIMARY KEY (number);

ALTER TABLE ONLY forgotten
    ADD CONSTRAINT forgotten_pkey PRIMARY KEY (id);

ALTER TABLE ONLY institutions
    ADD CONSTRAINT institutions_only_in_key UNIQUE (only_in);

ALTER TABLE ONLY institutions
    ADD CONSTRAINT institutions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY meta
    ADD CONSTRAINT meta_pkey PRIMARY KEY (key);

ALTER TABLE ONLY nodes
    ADD CONSTRAINT nodes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY oauth_logins
    ADD CONSTRAINT oauth_logins_nonce_sha256_key UNIQUE (nonce_sha256);

ALTER TABLE ONLY oauth_logins
    ADD CONSTRAINT oauth_logins_pkey PRIMARY KEY (number);

ALTER TABLE ONLY providers
    ADD CONSTRAINT providers_pkey PRIMARY KEY (number);

ALTER TABLE ONLY tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (token_sha256);

CREATE INDEX attempts_by_end ON attempts USING btree (ends_at);

CREATE INDEX attempts_by_user ON attempts USING btree (client, user_hash);

CREATE INDEX deliveries_by_client ON deliveries USING btree (client, number);

CREATE INDEX deliveries_by_due ON deliveries USING btree (state, due_at);

CREATE INDEX entries_by_end ON entries USING btree (ends_at);

CREATE INDEX entries_by_owner ON entries USING btree (client, user_hash, number);

CREATE INDEX entries_by_session ON entries USING btree (session) WHERE (NOT used);

CREATE INDEX events_by_time ON events USING btree (happened_at);

CREATE INDEX exchange_codes_by_end ON exchange_codes USING btree (ends_at);

CREATE INDEX exchange_codes_by_session ON exchange_codes USING btree (institution, session, number);

CREATE INDEX exchange_codes_by_user ON exchange_codes USING btree (client, user_hash);

CREATE INDEX institutions_by_client ON institutions USING btree (client, id);

CREATE INDEX institutions_by_due ON institutions USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX institutions_by_end ON institutions USING btree (ends_at) WHERE (ends_at IS NOT NULL);

CREATE UNIQUE INDEX institutions_by_key ON institutions USING btree (client, user_hash, COALESCE(scope, ''::text), idempotency_key);

CREATE INDEX institutions_by_login ON institutions USING btree (client, login_id) WHERE (login_id IS NOT NULL);

CREATE INDEX institutions_running ON institutions USING btree (client, user_hash) WHERE (sync_status = 'syncing'::text);

CREATE INDEX institutions_syncing ON institutions USING btree (due_at) WHERE (sync_status = 'syncing'::text);

CREATE INDEX oauth_logins_by_end ON oauth_logins USING btree (ends_at);

CREATE INDEX oauth_logins_by_owner ON oauth_logins USING btree (client, user_hash, number);

CREATE INDEX oauth_logins_by_result ON oauth_logins USING btree (result_sha256);

CREATE INDEX tokens_by_end ON tokens USING btree (expires_at);

CREATE INDEX tokens_by_reload ON tokens USING btree (client, user_hash, expires_at) WHERE (by_page AND (scope IS NULL));

CREATE INDEX tokens_by_scope ON tokens USING btree (client, scope, expires_at) WHERE (scope IS NOT NULL);

CREATE INDEX tokens_by_session ON tokens USING btree (session);

CREATE INDEX tokens_by_user ON tokens USING btree (client, user_hash);

CREATE TRIGGER institutions_are_removed AFTER DELETE ON institutions FOR EACH ROW EXECUTE FUNCTION institutions_removed();
